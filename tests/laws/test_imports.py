"""To import a module changes no other: where a value comes from is where it is set."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from folders import ROOT

CHANGING = frozenset(
    {
        *("add", "append", "clear", "extend", "insert", "pop", "popitem"),
        *("register", "remove", "setdefault", "update"),
    }
)
MODULES = [
    ROOT / "main.py",
    *(
        path
        for path in sorted((ROOT / "injector").rglob("*.py"))
        if path.parent.name != "compiled" or path.stem == "__init__"
    ),
]


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of *node* that run when it is imported."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield child
            yield from at_import(child)


def changed(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a statement or a call changes, but for names."""
    if isinstance(node, ast.Attribute | ast.Subscript):
        if not isinstance(node.ctx, ast.Load):
            yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in CHANGING:
            yield node.func.value
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "setattr":
        yield node.args[0]


def foreign(tree: ast.Module) -> set[str]:
    """Return the changed expressions of names that are imported, or not assigned."""
    own = {
        name.id
        for each in tree.body
        if isinstance(each, ast.Assign | ast.AnnAssign)
        for target in (each.targets if isinstance(each, ast.Assign) else [each.target])
        for name in ast.walk(target)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    return {
        ast.unparse(value)
        for node in at_import(tree)
        for value in changed(node)
        if ast.unparse(value).partition(".")[0].partition("[")[0] not in own
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_changes_no_other_when_it_is_imported(path: Path) -> None:
    assert foreign(ast.parse(path.read_text("utf-8"))) == set()


@pytest.mark.parametrize(
    "code",
    [
        "import a\na.b.default = 1",
        "from a import TABLE\nTABLE['x'] = 1",
        "from a import TABLE\nTABLE.update(x=1)",
        "from a import f, g\nfor each in (f, g):\n    each.name = 'x'",
        "import a\nsetattr(a, 'b', 1)",
        "import a\nclass B:\n    a.c = 1",
    ],
)
def test_a_change_of_another_module_is_found(code: str) -> None:
    assert foreign(ast.parse(code)) != set()
