"""Quantities, as Kubernetes reads and writes them."""

from fractions import Fraction
from typing import Any

import pytest

from injector.formats import quantities


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.25", "250m"),
        ("0.1", "100m"),
        ("2000m", "2"),
        ("1000", "1k"),
        ("1500", "1500"),
        ("1000000k", "1G"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1023", "1023"),
        ("0.5Ki", "512"),
        ("0.1Ki", "102400m"),
        ("8Ei", "9223372036854775807"),
        ("-1.5Gi", "-1536Mi"),
        ("1.5e3", "1500"),
        ("1200e4", "12e6"),
        ("1E5", "100e3"),
        ("1e-10", "1e-9"),
        ("0.0000000001", "1n"),
        ("-0.0000000011", "-2n"),
        ("1e-999999999", "1e-9"),
        ("9223372036854775808", "9223372036854775808"),
        (" 5 ", "5"),
        (".5", "500m"),
        ("0Ki", "0"),
        ("-0.000", "0"),
        (1000, "1k"),
        (0.5, "500m"),
        # Numbers of JSON, as Go writes them.
        (1e20, "100E"),
        (1e21, "1e+21"),
        (1e-7, "100e-9"),
        (-0.0, "0"),
        # Go needs no digits.
        ("m", "0"),
        (".", "0"),
        ("-", "0"),
        ("+.k", "0"),
        ("Ti", "0"),
        ("0Ei", "0"),
        ("e5", "0"),
        # However long.
        ("9" * 5000, "9" * 5000),
        ("9" * 5000 + "Ki", "9223372036854775807"),
        ("-" + "9" * 5000 + "Ki", "-9223372036854775807"),
        ("1." + "0" * 5000 + "1Ki", "1024000000001n"),
        ("0." + "9" * 5000, "1"),
        ("1e+" + "0" * 5000 + "3", "1e+" + "0" * 5000 + "3"),
        # An exponent has 32 bits.
        ("1e4294967296", "1e4294967296"),
        ("15e9999999999", "150e1410065406"),
        ("1000e2147483647", "1e-2147483646"),
        ("1000e2147483645", "10e2147483647"),
        ("0.1e-2147483648", "10e2147483646"),
        # There is no unit for a thousand E.
        ("1000E", "1"),
        ("1500E", "1500E"),
        ("\u00a05\u3000", "5"),
        # What is canonical but for its spelling keeps it.
        ("+5", "+5"),
        ("010", "010"),
        ("5.", "5."),
        ("1.250", "1.250"),
        ("0.250", "250m"),
        ("1e+3", "1e+3"),
        ("1E0", "1E0"),
        ("+1Ki", "+1Ki"),
        ("+1Pi", "1Pi"),
        ("+1000000000000000001", "1000000000000000001"),
    ],
)
def test_a_quantity_has_one_text(value: str | float, text: str) -> None:
    assert quantities.canonical(value) == text


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            " ",
            "K",
            "e",
            "e-10",
            "-.e-10",
            "Pi",
            ".Ei",
            "5\n",
            "1K",
            "1mi",
            "5 Mi",
            "1e",
            "1e3m",
            "--5",
            "1,0",
            "\u0663",
            "1_0",
        ),
        *(True, None, {}, [], "1e9223372036854775808", float("inf")),
        *("9" * 1_000_000 + "x", "." + "9" * 1_000_000 + "x", "1e" + "9" * 5000),
    ],
)
def test_what_is_no_quantity_is_refused(value: Any) -> None:
    assert not quantities.is_quantity(value)
    with pytest.raises(
        ValueError, match=r" is no quantity, want one such as '250m' or"
    ):
        quantities.canonical(value)


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("250m", Fraction(1, 4)),
        ("1.5", Fraction(3, 2)),
        (2, 2),
        (0.5, Fraction(1, 2)),
        ("2Ki", 2048),
        ("-1k", -1000),
        ("12e2", 1200),
        ("1e999999999", 2**63 - 1),
        ("0e999999999", 0),
        ("much", 0),
        (None, 0),
        ("9" * 5000, 2**63 - 1),
        ("-" + "9" * 5000 + "Gi", 1 - 2**63),
        ("0." + "9" * 5000, 1),
        ("1.0000000001", Fraction(1_000_000_001, 10**9)),
    ],
)
def test_a_quantity_is_an_amount(value: Any, amount: Fraction) -> None:
    assert quantities.amount(value) == amount


def test_next_to_nothing_is_an_amount_too() -> None:
    assert quantities.amount("1e-999999999") == Fraction(1, 10**9)
