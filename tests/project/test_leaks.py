import base64
import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leaks import SHORTEST, find, find_in_files

NEEDLE = 'k7Qw-3q2_"7w/é <&>+%\\~SECRET\n'
AROUND = st.binary(max_size=40)
TEXTS = st.text(max_size=40).filter(lambda text: text.isprintable())


@pytest.mark.parametrize(
    ("form", "hidden"),
    [
        ("text", NEEDLE),
        ("text", NEEDLE[:SHORTEST] + "..."),
        ("text", "..." + NEEDLE[-SHORTEST:]),
        ("JSON", json.dumps({"a": NEEDLE})),
        ("JSON", json.dumps({"a": NEEDLE}, ensure_ascii=False)),
        ("JSON", json.dumps({"a": NEEDLE}).replace("/", "\\/")),
        ("JSON in JSON", json.dumps({"a": json.dumps({"b": NEEDLE})})),
        ("a URL", quote(NEEDLE)),
        ("a URL", quote(NEEDLE, safe="").replace("%2F", "%2f")),
        ("a URL", f"?a={quote_plus(NEEDLE)}"),
        ("a URL", "".join(f"%{byte:02x}" for byte in NEEDLE.encode())),
        ("hexadecimal", NEEDLE.encode().hex()),
        ("hexadecimal", NEEDLE.encode().hex().upper()),
    ],
)
def test_a_needle_is_found_in_each_form(form: str, hidden: str) -> None:
    leaks = find({"log": f"first\n{hidden}\nlast"}, [NEEDLE])

    assert form in {leak.form for leak in leaks}
    assert {leak.needle for leak in leaks} == {NEEDLE}


@given(before=AROUND, after=AROUND, safe=st.booleans())
def test_a_needle_is_found_in_base64_wherever_it_stands_in_it(
    before: bytes,
    after: bytes,
    safe: bool,  # noqa: FBT001 - from Hypothesis
) -> None:
    encode = base64.urlsafe_b64encode if safe else base64.b64encode

    text = b'{"patch":"' + encode(before + NEEDLE.encode() + after) + b'"}'

    assert "Base64" in {leak.form for leak in find({"body": text}, [NEEDLE])}


@given(before=TEXTS, after=TEXTS)
def test_a_needle_is_found_in_json_in_base64(before: str, after: str) -> None:
    patch = json.dumps([{"value": before + NEEDLE + after}]).encode()

    leaks = find({"body": base64.b64encode(patch)}, [NEEDLE])

    assert "Base64 of JSON" in {leak.form for leak in leaks}


@given(text=st.binary(max_size=2000))
def test_nothing_is_found_where_nothing_is(text: bytes) -> None:
    assert find({"log": text, "hex": text.hex()}, [NEEDLE]) == ()


def test_a_leak_says_where_it_is(tmp_path: Path) -> None:
    files = [tmp_path / "clean", tmp_path / "leaky"]
    files[0].write_text("nothing\n")
    files[1].write_text("one\na twelve-letters b\nthree\n")

    leaks = find_in_files(files, ["twelve-letters"])

    assert [str(leak) for leak in leaks] == [
        f"{files[1]}, byte 6: 'twelve-letters' as text: b'a twelve-letters b'",
        f"{files[1]}, byte 8: 'twelve-letters' as text: b'a twelve-letters b'",
    ]


def test_a_needle_that_would_be_found_by_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="needle 'short' is too short, want 12 bytes"):
        find({}, ["short"])
