"""The regular expressions of the package, found in its syntax trees."""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from folders import ROOT

CALLS = frozenset(
    {
        *("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall"),
        *("finditer", "template"),
    }
)
SEARCHES = CALLS - {"compile", "match", "fullmatch", "template"}


@dataclass(frozen=True)
class Expression:
    """A regular expression, with its name or the name of its function."""

    path: str
    name: str
    call: str
    pattern: ast.expr
    flags: tuple[ast.expr, ...]

    def value(self, names: dict[str, Any]) -> tuple[str | bytes, int]:
        """Return pattern and flags; *names* are the local names of the function."""
        parts = Path(self.path).with_suffix("").parts
        known = {"re": re, **names}
        # An import of main starts the function.
        if parts != ("main",):
            module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
            known |= vars(module)
        flags = 0
        for flag in self.flags:
            flags |= _evaluated(flag, known)
        return _evaluated(self.pattern, known), flags


def _evaluated(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "expression", "eval"), names)  # noqa: S307


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Yield the deployed files and their texts."""
    for path in sorted([*(ROOT / "injector").rglob("*.py"), ROOT / "main.py"]):
        tree = ast.parse(path.read_text("utf-8"))
        yield path.relative_to(ROOT).as_posix(), tree


def expressions(path: str, tree: ast.Module) -> Iterator[Expression]:
    """Yield the expressions of a file; several with one name get a number."""
    counted: dict[str, int] = {}
    for name, node in _named(tree, ""):
        if not _is_re(node):
            continue
        counted[name] = counted.get(name, 0) + 1
        call = node.func.attr
        yield Expression(
            path=path,
            name=name if counted[name] == 1 else f"{name} {counted[name]}",
            call=call,
            pattern=node.args[0],
            flags=_flags(node, call),
        )


def _named(node: ast.AST, name: str, *, local: bool = False) -> Iterator[Any]:
    """Yield the nodes below *node*, each with the name that it is assigned to."""
    for child in ast.iter_child_nodes(node):
        inner, inside = name, local
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inner, inside = child.name, isinstance(child, ast.FunctionDef)
        elif isinstance(child, ast.Assign) and not local:
            inner = ast.unparse(child.targets[0])
        elif isinstance(child, ast.AnnAssign) and not local:
            inner = ast.unparse(child.target)
        yield inner, child
        yield from _named(child, inner, local=inside)


def _is_re(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in CALLS
    )


def _flags(node: ast.Call, call: str) -> tuple[ast.expr, ...]:
    named = tuple(each.value for each in node.keywords if each.arg == "flags")
    place = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(call, 2)
    return (*node.args[place : place + 1], *named)


def searched(trees: Mapping[str, ast.Module]) -> list[Expression]:
    """Return the expressions that a search uses.

    A name means the expression of the same file, else those of all files.
    """
    found = {path: list(expressions(path, tree)) for path, tree in trees.items()}
    own = {path: {each.name for each in some} for path, some in found.items()}
    used = {path: _searches(tree) for path, tree in trees.items()}
    return [
        each
        for path, some in found.items()
        for each in some
        if each.call in SEARCHES
        or any(
            each.name in used[other]
            for other in trees
            if other == path or each.name not in own[other]
        )
    ]


def _searches(tree: ast.Module) -> frozenset[str]:
    return frozenset(
        ast.unparse(node.func.value).rpartition(".")[2]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in SEARCHES
    )


def hidden(tree: ast.Module) -> list[str]:
    """Return the uses of regular expressions that this module does not find."""
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.ImportFrom)
            and node.module in {"re", "fnmatch", "glob", "regex"}
        )
        or (
            isinstance(node, ast.Import)
            and any(
                each.name in {"fnmatch", "glob", "regex", "sre_compile"}
                or (each.name == "re" and each.asname)
                for each in node.names
            )
        )
        or (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "re"
            and node.attr in {"Scanner", "_compiler"}
        )
    ]
