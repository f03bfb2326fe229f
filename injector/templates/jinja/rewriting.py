"""Changes of syntax trees, by which the environment controls all of Jinja's work.

Loops, ``in``, ``~``, method calls, filter blocks and the items of literals become
filters that templates cannot name.
"""

from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer

PRINT, LOOP, SEARCHED = "(print)", "(steps)", "(searched)"
CONCAT, METHOD, VALUE = "(together)", "(method)", "(value)"
NAMESPACE = "(namespace)"

_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Include: "include: a template stands alone",
    nodes.Import: "import: a template stands alone",
    nodes.FromImport: "import: a template stands alone",
    nodes.Extends: "extends: a template stands alone",
    nodes.Block: "block: a template stands alone",
    nodes.EvalContextModifier: "autoescape: the output is no HTML",
}


class _Rewriting(NodeTransformer):
    """Puts filters into a syntax tree, and refuses statements."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        for kind, why in _REFUSED.items():
            if isinstance(node, kind):
                raise TemplateSyntaxError(f"there is no {why}", node.lineno)
        return super().generic_visit(node, *args, **kwargs)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        node.iter = _filtered(node.iter, LOOP)
        return self.generic_visit(node)

    def visit_FilterBlock(  # noqa: N802 - Jinja's name
        self, node: nodes.FilterBlock
    ) -> nodes.Node:
        # Jinja writes the filter's result into the text as it is.
        self.generic_visit(node)
        node.filter = _filtered(node.filter, PRINT)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's
        self.generic_visit(node)
        listed = nodes.List(node.nodes, lineno=node.lineno)
        together: nodes.Filter = _filtered(listed, CONCAT)
        return together

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802 - Jinja's name
        # An item of a list that is block text becomes its value.
        self.generic_visit(node)
        node.items = [_filtered(item, VALUE) for item in node.items]
        return node

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802 - Jinja's
        self.generic_visit(node)
        if node.ctx == "load":
            node.items = [_filtered(item, VALUE) for item in node.items]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        called = node.node
        if isinstance(called, nodes.Name) and called.name == "namespace":
            # The variable of that name, the pod's namespace, cannot be called.
            node.node = _filtered(nodes.Const(None, lineno=called.lineno), NAMESPACE)
        if isinstance(called, nodes.Getattr):
            # No value can be called: a key may be named like a method.
            node.node = nodes.Filter(
                called.node,
                METHOD,
                [nodes.Const(called.attr)],
                [],
                None,
                None,
                lineno=called.lineno,
            )
        return node

    def visit_Operand(self, node: nodes.Operand) -> nodes.Node:  # noqa: N802 - Jinja's
        self.generic_visit(node)
        if node.op in ("in", "notin"):
            node.expr = _filtered(node.expr, SEARCHED)
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.key, node.value = _filtered(node.key, VALUE), _filtered(node.value, VALUE)
        return node


def rewrite(tree: nodes.Template) -> nodes.Template:
    """Return *tree*, changed in place.

    Raises:
        TemplateSyntaxError: *tree* has a statement that templates may not have.
    """
    _Rewriting().visit(tree)
    return tree


def _filtered(node: Any, name: str) -> Any:
    if name == VALUE and isinstance(node, nodes.Const):
        return node
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
