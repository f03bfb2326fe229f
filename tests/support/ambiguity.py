"""Whether a regular expression takes linear time: no text matches in many ways.

Python's engine tries one path after the other. Its time is bounded by the number of
paths on which the prefixes of a text can be read. That number is bounded unless the
automaton of the expression is ambiguous in a loop (Weber and Seidl):

- one word leads from a state to itself on two paths: exponential;
- one word leads from a state to itself, from it to another state, and from that state
  to itself: polynomial.

A search starts at each character: that is a first state with a loop. A loop that is
part of a match already ends the search there.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

# The module has no public name; 3.11 to 3.14 have it here.
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_SOME = " \t\n09_aZ-.:\x00\x7f\x85\xa0\u0660\u00e9\u2028\ue000\ue002\U0001f600"
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_AROUND = {sre.ASSERT, sre.ASSERT_NOT}
_FEW = 3
"""A part repeated more often counts as repeated without a limit."""


@dataclass
class _Automaton:
    """Transitions without a character, and states with the characters they read."""

    free: list[list[int]] = field(default_factory=list)
    reads: dict[int, frozenset[str]] = field(default_factory=dict)
    after: dict[int, int] = field(default_factory=dict)
    checked: set[int] = field(default_factory=set)
    """States with a lookahead or a lookbehind."""

    def state(self) -> int:
        self.free.append([])
        return len(self.free) - 1


@dataclass(frozen=True)
class _Builder:
    chars: frozenset[str]
    ignore_case: bool
    made: _Automaton = field(default_factory=_Automaton)
    inner: list[Any] = field(default_factory=list)
    """The expressions of lookaheads and lookbehinds."""

    def sequence(self, items: Iterable[Any], start: int) -> int:
        for operator, value in items:
            start = self.item(operator, value, start)
        return start

    def item(self, operator: Any, value: Any, start: int) -> int:
        if operator in _REPEATS:
            least, most, repeated = value
            return self.repeat(least, most, repeated, start)
        if operator is sre.SUBPATTERN or operator is sre.ATOMIC_GROUP:
            inner = value[-1] if operator is sre.SUBPATTERN else value
            return self.sequence(inner, start)
        end = self.made.state()
        if operator is sre.BRANCH:
            for branch in value[1]:
                branched = self.made.state()
                self.made.free[start].append(branched)
                self.made.free[self.sequence(branch, branched)].append(end)
        elif operator in _AROUND or operator is sre.AT:
            if operator in _AROUND:
                self.inner.append(value[1])
            self.made.free[start].append(end)
            self.made.checked.add(end)
        else:
            reader = self.made.state()
            self.made.free[start].append(reader)
            accepted = {
                char for char in self.chars if self.holds(operator, value, char)
            }
            self.made.reads[reader] = frozenset(accepted)
            self.made.after[reader] = end
        return end

    def repeat(self, least: int, most: Any, items: Any, start: int) -> int:
        for _ in range(min(least, _FEW)):
            start = self.sequence(items, start)
        end = self.made.state()
        self.made.free[start].append(end)
        if most is not sre.MAXREPEAT and most <= _FEW:
            for _ in range(most - least):
                start = self.sequence(items, start)
                self.made.free[start].append(end)
        elif most > least:
            begin = self.made.state()
            self.made.free[start].append(begin)
            last = self.sequence(items, begin)
            again = self.made.state()
            self.made.free[last] += [again, end]
            self.made.free[again].append(begin)
        return end

    def holds(self, operator: Any, value: Any, char: str) -> bool:
        if operator is sre.LITERAL:
            return self.same(char, chr(value))
        if operator is sre.NOT_LITERAL:
            return not self.same(char, chr(value))
        if operator is sre.ANY:
            return True
        if operator is sre.RANGE:
            return bool(value[0] <= ord(char) <= value[1])
        if operator is sre.CATEGORY:
            return _category(value, char)
        assert operator is sre.IN, operator
        negative = value[0][0] is sre.NEGATE
        return bool(negative) != any(
            self.holds(kind, each, char) for kind, each in value[negative:]
        )

    def same(self, one: str, other: str) -> bool:
        return one == other or (self.ignore_case and one.lower() == other.lower())


@cache
def _category(category: Any, char: str) -> bool:
    letter = str(category).removeprefix("CATEGORY_")
    name = letter.removeprefix("NOT_")[0].lower()
    return bool(re.match(f"\\{name}", char)) != letter.startswith("NOT_")


def _chars(items: Any) -> Iterator[str]:
    """Yield a character of each class that the expression distinguishes."""
    yield from _SOME
    for operator, value in _flat(items):
        bounds = value if operator is sre.RANGE else (value,)
        for bound in bounds:
            yield from map(chr, range(max(bound - 1, 0), min(bound + 2, 0x110000)))


def _flat(items: Any) -> Iterator[tuple[Any, Any]]:
    for operator, value in items:
        if operator in {sre.LITERAL, sre.NOT_LITERAL, sre.RANGE}:
            yield operator, value
        elif operator is sre.IN:
            yield from _flat(value)
        elif operator is sre.BRANCH:
            for branch in value[1]:
                yield from _flat(branch)
        elif isinstance(value, tuple):
            yield from _flat(value[-1])


@dataclass(frozen=True)
class _Graph:
    """The states that follow a state and a character, and the number of paths."""

    reads: dict[int, int]
    """The characters as bits."""
    follow: dict[int, dict[int, int]]
    accepting: set[int]

    def pairs(
        self, at: tuple[int, ...], within: Sequence[frozenset[int]]
    ) -> Iterator[tuple[int, ...]]:
        """Yield the states that follow the states *at* by one common character."""
        found: list[tuple[tuple[int, ...], int]] = [((), -1)]
        for state, kept in zip(at, within, strict=True):
            found = [
                ((*before, after), read & self.reads[after])
                for before, read in found
                for after in self.follow[state]
                if after in kept and read & self.reads[after]
            ]
        for states, _ in found:
            yield states

    def leads(
        self,
        start: tuple[int, ...],
        ends: Callable[[tuple[int, ...]], bool],
        within: Sequence[frozenset[int]],
    ) -> bool:
        """Return whether some word leads from *start* to one of *ends*."""
        seen: set[tuple[int, ...]] = set()
        waiting = deque([start])
        while waiting:
            for found in self.pairs(waiting.popleft(), within):
                if ends(found):
                    return True
                if found not in seen:
                    seen.add(found)
                    waiting.append(found)
        return False

    def reached(self, state: int) -> frozenset[int]:
        """Return the states that some word leads to."""
        seen: set[int] = set()
        waiting = [state]
        while waiting:
            fresh = self.follow[waiting.pop()].keys() - seen
            seen |= fresh
            waiting += fresh
        return frozenset(seen)


def _graph(built: _Automaton, start: int, end: int, chars: Iterable[str]) -> _Graph:
    """Return the automaton without empty transitions; state -1 is its start."""
    bits = {char: 1 << place for place, char in enumerate(chars)}
    reads = {
        state: sum(bits[char] for char in found) for state, found in built.reads.items()
    }
    follow: dict[int, dict[int, int]] = {}
    accepting: set[int] = set()
    for state, begin in [(-1, start), *built.after.items()]:
        ways: dict[int, int] = {}
        stack = [(begin, frozenset([begin]), False)]
        while stack:
            at, passed, checked = stack.pop()
            checked = checked or at in built.checked
            if reads.get(at):
                ways[at] = ways.get(at, 0) + 1
            if at == end and not checked:
                accepting.add(state)
            stack += [
                (after, passed | {after}, checked)
                for after in built.free[at]
                if after not in passed
            ]
        follow[state] = ways
    return _Graph(reads, follow, accepting)


def fault(pattern: str | bytes, flags: int = 0, *, search: bool = False) -> str:
    """Return how the time grows; an empty text if it is linear."""
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    parsed = parser.parse(text, flags)
    ignore_case = bool((flags | parsed.state.flags) & re.IGNORECASE)
    builder = _Builder(frozenset(_chars(parsed)), ignore_case)
    found = _fault(builder, parsed, search=search)
    for around in builder.inner:
        # A lookaround in a lookaround has its own automaton.
        inner = _Builder(builder.chars, ignore_case, inner=builder.inner)
        found = found or _fault(inner, around, search=False)
    return found


def _fault(builder: _Builder, items: Any, *, search: bool) -> str:
    start = builder.made.state()
    end = builder.sequence(items, start)
    graph = _graph(builder.made, start, end, builder.chars)
    after = {state: graph.reached(state) for state in graph.follow}
    loops = [state for state in graph.reads if state in after[state]]
    # The states that one leads to and that lead back.
    loop = {
        state: frozenset(each for each in after[state] if state in after[each])
        for state in loops
    }
    if any(_is_exponential(graph, state, loop[state]) for state in loops):
        return "exponential"
    for one in loops:
        for other in after[one] & frozenset(loops) - loop[one]:
            between = frozenset(each for each in after[one] if other in after[each])
            within = [loop[one], between | {other}, loop[other]]
            wanted = (one, other, other)
            if graph.leads((one, one, other), wanted.__eq__, within):
                return "polynomial"
    return "polynomial by search" if search and _searches(graph, loop) else ""


def _is_exponential(graph: _Graph, state: int, loop: frozenset[int]) -> bool:
    """Return whether a word leads back to *state* on two paths."""
    if any(ways > 1 and after in loop for after, ways in graph.follow[state].items()):
        return True
    apart: set[tuple[int, ...]] = set()

    def noted(pair: tuple[int, ...]) -> bool:
        apart.add(pair)
        return False

    graph.leads((state, state), noted, [loop, loop])
    return any(
        graph.leads(pair, (state, state).__eq__, [loop, loop])
        for pair in apart
        if pair[0] < pair[1]
    )


def _searches(graph: _Graph, loop: dict[int, frozenset[int]]) -> bool:
    """Return whether a word leads from the start into a loop, and through the loop.

    Then a match fails late from each place of a long text.
    """
    before = _Graph(
        graph.reads | {-1: -1},
        graph.follow | {-1: graph.follow[-1] | {-1: 1}},
        graph.accepting,
    )
    every = frozenset(before.follow)
    return any(
        before.leads((-1, state), (state, state).__eq__, [every, inside])
        for state, inside in loop.items()
        if state not in graph.accepting
    )
