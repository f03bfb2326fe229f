"""YAML scalars with the values of Go's sigs.k8s.io/yaml, and random YAML."""

import random
from typing import Any

WORDS = ("y", "yes", "true", "on", "n", "no", "false", "off", "null", ".inf", ".nan")


def ways(*words: str) -> list[str]:
    """Return the three ways to write each of *words*."""
    return [way for word in words for way in (word, word.capitalize(), word.upper())]


PLAIN: dict[str, Any] = {
    **dict.fromkeys(ways("y", "yes", "true", "on"), True),
    **dict.fromkeys(ways("n", "no", "false", "off"), False),
    **dict.fromkeys(("", "~", *ways("null"))),
    **{
        text: text
        for text in (
            *("yEs", "tRue", "nULL", "oN", "text", "=", "<<", ".", "..", "+"),
            *("._5", ".5__0", ".5_", ".5e", ".e5", "+.nan", "-.NaN", "0x", "0o", "0o8"),
            *("_1", "1:30", "190:20:30.15", "2001-12-14", "2001-12-14t21:59:43.10Z"),
            *("1.2.3", "10Mi", "100m", "1e400", "-1e400", ".1e400", "0B-11", "0b+-1"),
            *("0x1FFFFFFFFFFFFFFFF", "0o7777777777777777777777777", "\u0661\u0665"),
            *("+0xffffffffffffffff", "0b-1" + "0" * 63 + "1", "0b" + "1" * 65),
        )
    },
    "0": 0,
    "-0": 0,
    "15": 15,
    "+15": 15,
    "-15": -15,
    "-_5": -5,
    "1_000": 1000,
    "1_": 1,
    "0x1F": 31,
    "+0x1f": 31,
    "0X_1f": 31,
    "-0b11": -3,
    "0b-11": -3,
    "0o17": 15,
    "0O17": 15,
    "017": 15,
    "00": 0,
    "08": 8,
    "09.5": 9.5,
    "1e3": 1000,
    "1_e3": 1000,
    "1.5e+3": 1500,
    "1.0": 1,
    "-0.0": 0,
    "1.5": 1.5,
    "0.25": 0.25,
    ".5": 0.5,
    "-.5": -0.5,
    ".5_0": 0.5,
    ".5e1_0": 5000000000,
    "5.": 5,
    "-1.5E-2": -0.015,
    "1e-400": 0,
    "1e16": 10**16,
    "9007199254740993": 9007199254740993,
    "9007199254740993.0": 9007199254740992,
    "9223372036854775807": 9223372036854775807,
    "+9223372036854775808": 9223372036854776000,
    "-9223372036854775809": -9223372036854776000,
    "18446744073709551615": 18446744073709551615,
    "18446744073709551616": 18446744073709552000,
    "123456789012345678901": 123456789012345680000,
    "1e20": 10**20,
    "1e21": 1e21,
    "1e22": 1e22,
    "0777777777777777777777777": 7.777777777777778e23,
}
"""Scalars without quotes, and their values."""

TAGGED: dict[str, Any] = {
    "!!str 5": "5",
    "!!str": "",
    "! 5": "5",
    "!!int '5'": 5,
    "!!int 0x10": 16,
    "!!float 3": 3,
    "!!float '2.5'": 2.5,
    "!!bool yes": True,
    "!!null ''": None,
    "!!null": None,
    "!!timestamp 2001-12-14": "2001-12-14",
    "!!binary aGVsbG8=": "hello",
    "!!binary /w==": "\ufffd",
    '!!binary "aGVs\\nbG8="': "hello",
    "!!map x": "x",
    "!!int [1]": [1],
    "!!str {b: 1}": {"b": 1},
    "!!set {a, b}": {"a": None, "b": None},
    "!mine 5": "5",
    "!mine [1]": [1],
    "'on'": "on",
    '"1"': "1",
}
"""Values with tags or quotes."""

REFUSED: dict[str, str] = {
    **{
        text: f"{short} is no number that JSON has"
        for short, text in (
            *((".inf", text) for text in (*ways(".inf"), "+.inf", "+.INF")),
            *(("-.inf", text) for text in ("-.inf", "-.Inf")),
            *((".nan", text) for text in (".nan", ".NaN", ".NAN")),
        )
        if text != ".Nan"
    },
    "!!int x": "'x' is no YAML of the tag !!int",
    "!!int 5.5": "'5.5' is no YAML of the tag !!int",
    "!!int": "'' is no YAML of the tag !!int",
    "!!float x": "'x' is no YAML of the tag !!float",
    "!!float 18446744073709551615": (
        "'18446744073709551615' is no YAML of the tag !!float"
    ),
    "!!bool x": "'x' is no YAML of the tag !!bool",
    "!!null x": "'x' is no YAML of the tag !!null",
    "!!timestamp x": "'x' is no YAML of the tag !!timestamp",
    "!!timestamp 2001": "'2001' is no YAML of the tag !!timestamp",
    "!!binary x": "'x' is no base64",
    "!!bool " + "x" * 70: f"'{'x' * 60}'... is no YAML of the tag !!bool",
}
"""Values that JSON cannot hold, and their messages."""

KEYS: dict[str, str] = {
    "on": "true",
    "n": "false",
    "0": "0",
    "0x10": "16",
    "-1": "-1",
    "1.5": "1.5",
    "1.0": "1",
    "1e6": "1e+06",
    "-1e-5": "-1e-05",
    "123456.0": "123456",
    "1234567.5": "1.2345675e+06",
    "3.14159265358979": "3.1415927",
    "0.1": "0.1",
    "-0.0": "-0",
    "1e39": ".inf",
    "-1e39": "-.inf",
    ".inf": ".inf",
    "-.Inf": "-.inf",
    ".NaN": ".nan",
    "18446744073709551616": "1.8446744e+19",
    "2001-12-14": "2001-12-14",
    "'<<'": "<<",
    "!!str <<": "<<",
    "!!int '5'": "5",
    "x": "x",
}
"""Keys, and their JSON form."""


EMOJI = "\\ud83d\\ude00"
LONG = "k" * 2000

MANIFESTS: dict[str, list[Any]] = {
    '{"a":1}{"b":2}\n[3]': [{"a": 1}, {"b": 2}, [3]],
    f' \n{{"a": "{EMOJI}\x7f\x80"}}': [{"a": "\U0001f600\x7f\x80"}],
    f'{{"{LONG}": {{"\\ud83d": ["x\\ude00y\\ud83d"]}}}}': [
        {LONG: {"\ufffd": ["x\ufffdy\ufffd"]}}
    ],
    '{"a": "\\u0000\\\\ud83d"}': [{"a": "\x00\\ud83d"}],
    '{"a": 1.0, "b": 1e3, "c": -0, "d": 1e22, "e": 1e-400}': [
        {"a": 1, "b": 1000, "c": 0, "d": 1e22, "e": 0}
    ],
    '{"a": 1, "a": 2}': [{"a": 2}],
    '{"a": 1}\n---\n{b: 2}\n---\nc: |\n  d': [{"a": 1}, {"b": 2}, {"c": "d\n"}],
    "{a: 1}\n": [{"a": 1}],
    '{"a": 1,}\n': [{"a": 1}],
    '{"a": NaN, "b": yes}\n': [{"a": "NaN", "b": True}],
    "a: |\n  text": [{"a": "text\n"}],
    "a: |+\n  text\n\n": [{"a": "text\n\n"}],
    "a: |-\n  text": [{"a": "text"}],
    "a: >\n  text": [{"a": "text\n"}],
}
"""Texts of JSON and YAML, and the documents in them."""


def bomb(width: int, depth: int, entry: str = "{<<: [%s]}") -> str:
    """Return mappings or lists, each of which repeats the previous one."""
    lines = ["a0: &a0 {k: v, l: v, m: v}"]
    for level in range(1, depth + 1):
        sources = ", ".join([f"*a{level - 1}"] * width)
        lines.append(f"a{level}: &a{level} {entry % sources}")
    return "\n".join(lines)


def scalar(rng: random.Random) -> str:
    """Return a random scalar, mostly similar to a number or a word."""
    kind = rng.random()
    if kind < 0.2:
        word = rng.choice(WORDS)
        way = rng.choice((str.lower, str.capitalize, str.upper, str.swapcase))
        return rng.choice(("", "", "+", "-", "_")) + way(word)
    if kind < 0.3:
        letters = "0123456789+-._eExXoObBaAfFnNiI~=<yTZ:"
        return "".join(rng.choices(letters, k=rng.randint(1, 8)))
    base, figures = rng.choice(
        (
            *((("", "0123456789"),) * 6),
            *(("0x", "0123456789abcdefABCDEF"), ("0X", "019aF"), ("0b", "01")),
            *(("0B", "01"), ("0o", "01234567"), ("0O", "0178"), ("0", "01234567")),
        )
    )
    pieces = [rng.choice(("", "", "", "+", "-")), base, digits(rng, figures)]
    if rng.random() < 0.4:
        pieces += [".", digits(rng, "0123456789")]
    if rng.random() < 0.3:
        power = rng.choice(
            ("0", "5", "15", "20", "21", "22", "300", "309", "400", "_1")
        )
        pieces += [rng.choice("eE"), rng.choice(("", "+", "-")), power]
    return "".join(pieces)


def digits(rng: random.Random, figures: str) -> str:
    """Return digits, sometimes with underscores."""
    length = rng.choice((0, 1, 2, 5, 15, 17, 19, 20, 21, 25, 64, 65))
    text = "".join(rng.choices(figures, k=length))
    if rng.random() < 0.2:
        at = rng.randint(0, len(text))
        text = f"{text[:at]}{rng.choice(('_', '_', '__'))}{text[at:]}"
    return text


class Documents:
    """Writes documents with anchors, aliases, merges, tags and odd keys."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def document(self) -> str:
        """Return a document."""
        return self.mapping(3)

    def mapping(self, depth: int) -> str:
        """Return a mapping in braces."""
        pairs = [self.pair(depth) for _ in range(self.rng.randint(0, 4))]
        return f"{{{', '.join(pairs)}}}"

    def pair(self, depth: int) -> str:
        """Return a key with its value."""
        if self.rng.random() < 0.2:
            merge = self.rng.choice(("<<", "<<", "! <<", "!!merge <<"))
            return f"{merge} : {self.merged(depth)}"
        keys = (
            "a",
            "b",
            "1",
            "1.5",
            "on",
            "'on'",
            "&x k",
            "!!int 5",
            ".inf",
        )
        return f"{self.rng.choice(keys)} : {self.value(depth)}"

    def merged(self, depth: int) -> str:
        """Return a value for a merge key."""
        kind = self.rng.randint(0, 4)
        if kind == 0:
            return self.value(depth)
        if kind == 1:
            sources = ", ".join(self.merged(depth - 1) for _ in range(2))
            return f"[{sources}]" if depth > 0 else "[]"
        return self.alias() if kind == 2 else self.mapping(depth - 1)

    def alias(self) -> str:
        """Return an alias."""
        return f"*{self.rng.choice('xyz')} "

    def value(self, depth: int) -> str:
        """Return a value with or without an anchor."""
        kind = self.rng.randint(0, 6 if depth > 0 else 3)
        if kind == 0:
            return self.alias()
        name = self.rng.choice(("", "", f"&{self.rng.choice('xyz')} "))
        tag = self.rng.choice(("", "", "", "", "!!str ", "!!int ", "!mine ", "! "))
        if kind <= 3:
            return f"{name}{tag}{self.rng.choice(('5', 'v', '', '1.5', 'on', '1e6'))}"
        if kind == 4:
            items = [self.value(depth - 1) for _ in range(self.rng.randint(0, 3))]
            return f"{name}{tag}[{', '.join(items)}]"
        return f"{name}{tag}{self.mapping(depth - 1)}"
