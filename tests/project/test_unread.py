"""No module of the package defines what nothing reads."""

import ast
from collections.abc import Iterator

from folders import ROOT

TREES = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for path in [*(ROOT / "injector").rglob("*.py"), ROOT / "main.py"]
    if path.parent.name != "compiled"
}
# Called by Cloud Functions, Jinja (which calls visitors by their prefix) and PyYAML.
CALLED = {
    *("inject", "handle_exception", "filter_stream", "ignore_aliases"),
    *("intercepted_binops", "intercepted_unops", "yaml_implicit_resolvers"),
}
# Tests count what a template keeps, and make selectors of their own.
FOR_TESTS = {"shapes", "from_json"}


def defined(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that a module or a class defines."""
    for node in body:
        match node:
            case ast.FunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
                yield from defined(node.body)
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def read(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module reads, and texts that may be the name of one."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Load()):
                yield name
            case ast.Constant(value=str(name)):
                yield name
            case ast.MatchClass(kwd_attrs=names):
                yield from names


def test_every_name_is_read() -> None:
    names = {name for tree in TREES.values() for name in defined(tree.body)}
    known = {name for tree in TREES.values() for name in read(tree)}

    unread = {name for name in names - known if not name.startswith(("__", "visit_"))}

    assert unread - CALLED - FOR_TESTS == set()
