"""Names in generated code, and the code of what they stand for."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from injector.templates.go.run import runtime
from injector.templates.go.values.arguments import assigned
from injector.templates.go.values.types import Type
from injector.templates.go.values.values import MISSING, typed

_HELPERS = {
    "E": Exception,
    "M": MISSING,
    "P": runtime.written,
    "N": runtime.anything,
    "U": runtime.pointed,
    "A": assigned,
    "Y": typed,
    "C": runtime.chain,
    "G": runtime.step,
    "X": runtime.at_key,
    "fail": runtime.fail,
    "elements": runtime.elements,
    "pairs": runtime.pairs,
    "type": type,
    "str": str,
}


class Expression(NamedTuple):
    """Python code; ``type`` is the scalar type that it surely has.

    ``calls`` tells that it calls a function of the registry.
    """

    code: str
    type: Type | None = None
    calls: bool = False

    def unboxed(self) -> str:
        """Return the code of the value as pipelines give it on."""
        return self.code if self.type is not None else f"U({self.code})"

    def anything(self) -> str:
        """Return the code of the value for a parameter that takes anything."""
        if self.type is not None:
            return self.code
        # What N makes of nothing is what U is for.
        inner = self.code[2:-1] if self.code.startswith("U(") else self.code
        return f"N({inner})"


class Scope:
    """The names in generated code: locals, constants, and the template's variables."""

    def __init__(self) -> None:
        self._count = 0
        self._known: dict[int, str] = {}
        self.namespace: dict[str, Any] = {"__builtins__": {}, **_HELPERS}
        self.variables: list[tuple[str, str]] = []
        self.hoisted: dict[tuple[str, ...], str] = {}

    def fresh(self) -> str:
        """Return a name that is not in use."""
        self._count += 1
        return f"v{self._count}"

    def local(self, variable: str) -> str | None:
        """Return the local that has a template's variable; None if there is none."""
        for known, name in reversed(self.variables):
            if known == variable:
                return name
        return None

    def hoist(self, chains: Sequence[tuple[str, ...]]) -> list[str]:
        """Return the lines that read *chains* of the dot once and for all.

        A chain that cannot be read has no value: whoever needs it fails.
        """
        self.hoisted = {}
        lines = []
        for names in chains:
            name = self.fresh()
            code = self._chain("d", names).code
            lines += [f" try: {name} = {code}", " except E: pass"]
            self.hoisted[names] = name
        return lines

    def _constant(self, value: Any) -> str:
        """Return the name under which the code finds *value*."""
        name = self._known.get(id(value))
        if name is None:
            name = self._known[id(value)] = f"K{len(self._known)}"
            self.namespace[name] = value
        return name

    def _chain(self, value: str, names: Sequence[str]) -> Expression:
        """Return the code of fields *names* of what the code *value* gives."""
        if value == "d":
            for end in range(len(names), 0, -1):
                hoisted = self.hoisted.get(tuple(names[:end]))
                if hoisted is not None:
                    return self._chain(hoisted, names[end:])
        if not names:
            return Expression(value)
        if len(names) > 1:
            return Expression(f"C({value}, {tuple(names)!r})")
        return Expression(f"G({value}, {names[0]!r})")
