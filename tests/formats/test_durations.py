"""Durations in three notations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from injector.formats import durations

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("45s", 45 * SECOND),
        ("1.000s", SECOND),
        ("0.02s", 20_000_000),
        (".5s", SECOND // 2),
        ("1.s", SECOND),
        ("1h30m", 5400 * SECOND),
        ("5ms", 5_000_000),
        ("1us", 1000),
        ("1µs", 1000),
        ("1μs", 1000),
        ("7ns", 7),
        ("-1.5s", -3 * SECOND // 2),
        ("+2s", 2 * SECOND),
        ("0", 0),
        ("-0", 0),
        ("00000s", 0),
        ("1.5m.5s", 90 * SECOND + SECOND // 2),
        # By the doubles that Go has them.
        ("0.100000000000000000000h", 360 * SECOND),
        ("0.3333333333333333333h", 1_200_000_000_000),
        ("0.9223372036854775809s", 922_337_203),
        (".99999999999999999999s", SECOND),
        ("9223372036854775807ns", 2**63 - 1),
        ("-9223372036854775808ns", -(2**63)),
        # However long.
        ("0" * 5000 + "1s", SECOND),
        ("1." + "0" * 5000 + "1s", SECOND),
        ("0." + "3" * 5000 + "s", 333_333_333),
        ("0s", 0),
    ],
)
def test_a_duration_is_read(text: str, nanoseconds: int) -> None:
    assert durations.parse(text) == nanoseconds


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "10", "s", ".s", "1", "1 s", "1d", "s1", "1s2", "300000000000s"),
        *("+-1s", "1.5.5s", "1sm", "\u0661s", "9223372036854775808ns"),
        *("-9223372036854775809ns", "9223372036.9s", "2562047h47m16.9s"),
        *("9" * 5000 + "s", "9" * 1_000_000, "1." + "9" * 1_000_000),
    ],
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        durations.parse(text)


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (45 * SECOND, "45s"),
        (20_000_000, "0.020s"),
        (1000, "0.000001s"),
        (1, "0.000000001s"),
        (-3 * SECOND // 2, "-1.500s"),
        (SECOND // 8, "0.125s"),
    ],
)
def test_protobuf_prints_none_three_six_or_nine_decimals(
    nanoseconds: int, text: str
) -> None:
    assert durations.protobuf(nanoseconds) == text


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (7, "7ns"),
        (1500, "1.5µs"),
        (20_000_000, "20ms"),
        (3 * SECOND // 2, "1.5s"),
        (61 * SECOND, "1m1s"),
        (3600 * SECOND, "1h0m0s"),
        (-5 * SECOND, "-5s"),
        (3_600_000_000_001, "1h0m0.000000001s"),
    ],
)
def test_go_prints_units(nanoseconds: int, text: str) -> None:
    assert durations.go(nanoseconds) == text


@given(st.integers(min_value=-(2**62), max_value=2**62))
def test_what_is_printed_is_read_again(nanoseconds: int) -> None:
    assert durations.parse(durations.protobuf(nanoseconds)) == nanoseconds
    assert durations.parse(durations.go(nanoseconds)) == nanoseconds
