import copy
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

from injector.values import record, replace


@record
class Point:
    """A value."""

    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)
    note: str = field(default="", repr=False, compare=False)


@record
class Named(Point):
    """A value with more fields."""

    name: str


@record(kw_only=False, frozen=False)
class Pair:
    """One that can change."""

    one: int
    other: int = 2


@record(eq=False)
class Single:
    """Equal to nothing but itself."""

    x: int


@record
class Empty:
    """Nothing."""


def test_fields_are_given_by_name_or_by_default() -> None:
    one, other = Point(x=1), Point(x=1)

    assert (one.x, one.y, one.tags, one.note) == (1, 0, [], "")
    assert one.tags is not other.tags
    wrong: Any = Point
    with pytest.raises(TypeError, match="positional"):
        wrong(1)
    with pytest.raises(TypeError, match="'x'"):
        wrong()


def test_the_same_fields_are_the_same_value() -> None:
    assert Point(x=1) == Point(x=1, note="n")
    assert Point(x=1) != Point(x=2)
    assert Point(x=1) != Named(x=1, name="n")
    other: object = 1
    assert Point(x=1) != other
    assert Single(x=1) != Single(x=1)
    assert Empty() == Empty()


def test_values_of_hashable_fields_have_a_hash() -> None:
    def of(x: int, note: str) -> int:
        return hash(Point(x=x, tags=(), note=note))  # type: ignore[arg-type]

    assert of(1, "a") == of(1, "b")
    assert of(1, "") != of(2, "")
    with pytest.raises(TypeError, match="unhashable"):
        hash(Pair(1))


def test_values_are_frozen_and_have_no_other_fields() -> None:
    point: Any = Point(x=1)

    with pytest.raises(FrozenInstanceError, match=r"^cannot assign to field 'x'$"):
        point.x = 2
    with pytest.raises(FrozenInstanceError, match=r"^cannot assign to field 'z'$"):
        point.z = 2
    with pytest.raises(FrozenInstanceError, match=r"^cannot assign to field 'x'$"):
        del point.x
    assert not hasattr(point, "__dict__")


def test_some_can_change() -> None:
    pair = Pair(1)

    pair.one = 3

    assert pair == Pair(3, 2)
    assert repr(pair) == "Pair(one=3, other=2)"


def test_values_show_their_fields() -> None:
    assert repr(Point(x=1, note="n")) == "Point(x=1, y=0, tags=[])"
    assert repr(Named(x=1, name="n")) == "Named(x=1, y=0, tags=[], name='n')"


def test_a_value_is_replaced_by_another() -> None:
    point = Point(x=1, note="n")

    assert replace(point, x=2).x == 2
    assert replace(point, x=2).note == "n"
    assert point.x == 1


def test_values_are_matched_by_position_where_they_are_made_so() -> None:
    match Pair(1):
        case Pair(one, other):
            assert (one, other) == (1, 2)


def test_values_are_copied() -> None:
    named = Named(x=1, name="n", tags=["a"], note="x")

    copied = copy.deepcopy(named)

    assert copied == named
    assert copied.note == "x"
    assert copied.tags is not named.tags
