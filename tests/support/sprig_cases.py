"""Random calls of sprig's functions, with arguments near their limits."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from sprig_calls import Case, of

from injector.templates.go.sprig import SPRIG
from injector.templates.go.values.functions import Function
from injector.templates.go.values.types import Type
from injector.templates.go.values.values import kind_of

TEXTS = (
    "",
    "a",
    "abc",
    "Hello World",
    "hello, wide  world\nof  words",
    "  padded\t",
    "é",
    "naïve café ÀÉ",
    "日本語 text",
    "\udcff\udcc3x",
    "FooBarBAZ_qux-quux2B",
    "a,b,,c",
    "a/b//../c.tar.gz",
    "0",
    "12",
    "-7",
    "0x1F",
    "3.75",
    "1e3",
    "true",
    '<a href="x">&\\\u2028</a>',
    "YWJj",
    "MFRGG===",
    '{"a": [1, {"b": null}], "c": "\\u00e9"}',
    "[1,",
    "ÆON ßtraße ǆ",
    "\x00\x1f\x7f\ufeff",
)
INTS = (0, 1, 2, 3, 5, 7, 12, -1, -2, -9, 100, 2**31, 2**63 - 1, -(2**63))
FLOATS = (0.0, 1.0, -1.0, 0.5, 2.5, -2.5, 1e6, 1e21, 1e-7, 123.456, -0.0)
SMALL = (0, 1, 2, 3, 4, 5, 7, 8, 10, 15, -1, -3)
ODD: Sequence[Callable[[], Any]] = (
    lambda: of("int64", 5),
    lambda: of("int32", -3),
    lambda: of("uint8", 200),
    lambda: of("uint64", 2**64 - 1),
    lambda: of("float32", 0.25),
    lambda: of("*int", None),
    lambda: of("*int", 3),
    lambda: of("*string", "x"),
    lambda: of("[]string", ["b", "a", "", "b"]),
    lambda: of("[]string", None),
    lambda: of("[]int", [3, 1, 2]),
    lambda: of("[]uint8", [104, 105, 255]),
    lambda: of("map[string]string", {"b": "1", "a": ""}),
    lambda: of("map[string]string", None),
    lambda: of("map[string]int", {"a": 1}),
    lambda: of("map[string]interface {}", None),
    lambda: of("[]interface {}", None),
    lambda: of("[][]interface {}", [[1], []]),
)
KEYS = ("a", "b", "c", "_0", "z")


class Caller:
    """Makes calls."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - no secret

    def cases(self, names: Sequence[str], count: int) -> list[Case]:
        """Return *count* calls of each function."""
        return [self.case(name) for name in names for _ in range(count)]

    def case(self, name: str) -> Case:
        """Return a call of the function."""
        special = SPECIAL.get(_ALIASES.get(name, _plain(name)))
        always = "erge" in name or "one" in name
        if special is not None and (always or self.random.random() < 0.85):
            return name, special(self)
        return name, self.arguments(SPRIG[name])

    def arguments(self, function: Function) -> list[Any]:
        """Return arguments of the types that the function wants."""
        arguments = [self.of_type(param) for param in function.params]
        if function.variadic is not None:
            count = self.random.choice((0, 1, 1, 2, 2, 3, 4))
            arguments += [self.of_type(function.variadic) for _ in range(count)]
        return arguments

    def of_type(self, type_: Type) -> Any:
        """Return a value for a parameter of the type."""
        choose = self.random.choice
        makers: dict[str, Callable[[], Any]] = {
            "string": self.text,
            "int": lambda: choose(SMALL),
            "bool": lambda: choose((True, False)),
            "float64": lambda: choose(FLOATS),
            "map[string]interface {}": self.map,
            "interface {}": self.anything,
        }
        return makers[type_.name]()

    def text(self) -> str:
        """Return a text."""
        if self.random.random() < 0.2:
            some = self.random.choices("aB1_- .é/\n,", k=self.random.randrange(8))
            return "".join(some)
        return self.random.choice(TEXTS)

    def map(self, depth: int = 2) -> Any:
        """Return a dictionary."""
        if self.random.random() < 0.05:
            return of("map[string]interface {}", None)
        keys = self.random.sample(KEYS, self.random.randrange(4))
        return {key: self.anything(depth - 1) for key in keys}

    def list(self, depth: int = 2) -> list[Any]:
        """Return a list, sometimes with repeated items."""
        some = [self.anything(depth - 1) for _ in range(self.random.randrange(4))]
        return some + self.random.choices(some or [None], k=self.random.randrange(2))

    def anything(self, depth: int = 2) -> Any:
        """Return a value."""
        roll = self.random.random()
        if depth > 0 and roll < 0.2:
            return self.list(depth)
        if depth > 0 and roll < 0.35:
            return self.map(depth)
        if roll < 0.5:
            return self.random.choice(ODD)()
        if roll < 0.58:
            return None
        return self.random.choice(
            (self.text(), *self.random.sample([*INTS, *FLOATS, True, False], 3))
        )

    def listed(self) -> Any:
        """Return a list of some type."""
        typed = ("[]string", ["a", "b", "a"]), ("[]int", [1, 2]), ("[]string", None)
        if self.random.random() < 0.3:
            return of(*self.random.choice(typed))
        return self.list()


_ALIASES = {"push": "append", "mustPush": "append", "date_in_zone": "dateInZone"}


def _plain(name: str) -> str:
    """Return the name of the function whose strict form is *name*."""
    rest = name.removeprefix("must")
    return rest[0].lower() + rest[1:]


def _element(caller: Caller) -> Any:
    return caller.random.choice((1, "a", "b", None, 2.5, caller.anything(1)))


def _dig(caller: Caller) -> list[Any]:
    map_ = {"a": {"b": {"c": 1, "a": None}, "c": caller.anything()}, "b": caller.map()}
    path = caller.random.choices(KEYS[:3], k=caller.random.randrange(4))
    return [*path, "none", map_]


def _numbers(caller: Caller) -> list[Any]:
    return [
        caller.random.choice(
            (*INTS, *FLOATS, "5", "0x10", "2.50", None, of("int64", -4))
        )
        for _ in range(caller.random.randrange(2, 4))
    ]


def _pair(caller: Caller) -> list[Any]:
    return [*_numbers(caller), 7][:2]


def _long(caller: Caller) -> list[Any]:
    words = caller.random.choices(
        ("word", "a", "extraordinary", "", "é", "x\ny", "日本"), k=12
    )
    return [caller.random.choice(SMALL), " ".join(words)]


def _encoded(alphabet: str) -> Callable[[Caller], list[Any]]:
    return lambda caller: [
        "".join(caller.random.choices(alphabet, k=caller.random.randrange(13)))
    ]


_JSON = '{}[]":,0123.eE-+ntrufalse \\/\n\té'


def _json(caller: Caller) -> list[Any]:
    text = caller.random.choice(
        (
            '{"a": [1, 2.5e3, null, true, {"b": "c\\n\\u0041"}], "é": "\\ud800"}',
            "[[], {}, -0, 1E+2]",
            '"a\\"b"',
            " null ",
        )
    )
    for _ in range(caller.random.randrange(3)):
        at = caller.random.randrange(len(text) + 1)
        cut = caller.random.randrange(3)
        text = text[:at] + caller.random.choice(_JSON) * (cut % 2) + text[at + cut :]
    return [text]


def _pointless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _pointless(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_pointless(each) for each in value]
    return 1 if kind_of(value) == "ptr" else value


def _merged(caller: Caller) -> list[Any]:
    maps = [caller.map(3) for _ in range(caller.random.randrange(1, 4))]
    # Go merges the targets of pointers, or fails, depending on the order of keys.
    return [_pointless(map_) for map_ in maps]


def _listed(*, others: int) -> Callable[[Caller], list[Any]]:
    return lambda caller: [
        caller.listed(),
        *(_element(caller) for _ in range(others)),
    ]


_ATOMS = (
    *("a", "b", "é", ".", "\\.", "\\d", "\\W", "\\s", "\\b", "^", "$", "[a-c]", "[^b]"),
    *("[[:alpha:]]", "[\\d_-]", "(", ")", "(?:", "(?i)", "(?s-i:", "(?m)", "|", "\\pL"),
    *("*", "+", "?", "*?", "{2}", "{1,}", "{0,3}?", "\\x41", "\\Qa+\\E", "\\z", "x*"),
    *("(?P<n>a)", "(?U)", "[", "]", "\\", "(?=", "-", "0", "\\B", "\\A", "\\1"),
)


def _regex(caller: Caller) -> str:
    choose = caller.random.choice
    if caller.random.random() < 0.3:
        return choose(
            ("a*", "(a|b)+", "(\\w+)-(\\d+)", "^\\s*|x", "", "(?i)É+", "(a)(b)?", "b*?")
        )
    return "".join(caller.random.choices(_ATOMS, k=caller.random.randrange(1, 6)))


def _subject(caller: Caller) -> str:
    return "".join(
        caller.random.choices("aabbxé 01-_\n.ABÉ", k=caller.random.randrange(12))
    )


_REPLACEMENTS = ("-", "$1", "${1}x", "$n.", "$$", "[$0]", "$2", "${n}", "$01", "", "$é")


def _matching(*more: Sequence[Any]) -> Callable[[Caller], list[Any]]:
    return lambda caller: [
        _regex(caller),
        _subject(caller),
        *(caller.random.choice(values) for values in more),
    ]


def _version(caller: Caller) -> str:
    choose = caller.random.choice
    parts = [str(choose((0, 0, 1, 2, 3))) for _ in range(choose((1, 2, 3, 3)))]
    before = choose(("", "", "", "v", " "))
    return (
        before + ".".join(parts) + choose(("", "", "", "-alpha", "-rc.1", "+x", "-0"))
    )


def _constraint(caller: Caller) -> str:
    choose = caller.random.choice
    operators = ("", "=", "!=", ">", "<", ">=", "<=", "~", "^", "=>", "=<", "~>", "> ")
    parts = []
    for _ in range(choose((1, 1, 2, 3))):
        version = _version(caller).strip()
        if caller.random.random() < 0.3:
            version = version.replace(choose("0123"), choose("xX*"))
        parts.append(choose(operators) + version)
    return choose((" ", ", ", " || ", ",", " - ", "||")).join(parts)


_URL_PARTS = (
    *(
        "http:",
        "https:",
        "mailto:",
        "//",
        "/",
        "host",
        "a.b:80",
        "[::1]",
        ":",
        "@",
        "?",
    ),
    *(
        "u:p@",
        "x=1&y",
        "#",
        "frag",
        "%20",
        "%zz",
        " ",
        "é",
        "a;b,c",
        "..",
        "%25",
        "<",
        "8",
    ),
)


def _url(caller: Caller) -> list[Any]:
    choose = caller.random.choice
    if caller.random.random() < 0.4:
        tail = "".join(caller.random.choices(_URL_PARTS[10:], k=3))
        return [f"{choose(('http', 'ftp'))}://{choose(('h', 'u@h:8', 'a:b@h'))}/{tail}"]
    return ["".join(caller.random.choices(_URL_PARTS, k=caller.random.randrange(7)))]


def _url_parts(caller: Caller) -> list[Any]:
    values = (
        "",
        "a",
        "a b",
        "/p/é",
        "h:80",
        "u:p",
        "x=1",
        "http",
        "*",
        "a:b",
        "%",
        "//",
        "?",
    )
    keys = ("scheme", "host", "path", "query", "opaque", "fragment", "userinfo", "x")
    chosen = caller.random.sample(keys, caller.random.randrange(6))
    odd = caller.random.random() < 0.1
    parts = {key: caller.random.choice(values) for key in chosen}
    return [parts | {"host": caller.anything(1)} if odd else parts]


def _some_duration(caller: Caller) -> list[Any]:
    choose = caller.random.choice
    units = ("h", "m", "s", "ms", "ns", "us", "\u00b5s", "d", "")
    numbers = ("1", "2.5", "90", "1000", ".5", "99999", "-", "0")
    text = "".join(choose(numbers) + choose(units) for _ in range(choose((1, 1, 2, 3))))
    return [choose((text, text, "3600", "-75", of("int64", 10**13), of("int64", 95)))]


_LAYOUT = (
    *("2006", "06", "01", "1", "Jan", "January", "02", "2", "_2", "__2", "002", "Mon"),
    *("Monday", "15", "03", "3", "04", "4", "05", "5", "PM", "pm", "MST", "-0700", "x"),
    *("-07:00", "Z07:00", "Z0700", "-07", ".000", ",999", "-", " ", ":", "T", "0", "é"),
)


def _date(caller: Caller) -> list[Any]:
    choose = caller.random.choice
    zones = ("", "UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York", "No/Where")
    seconds = caller.random.randrange(-(2**31), 2**32)
    layout = "".join(caller.random.choices(_LAYOUT, k=caller.random.randrange(9)))
    return [layout, choose((seconds, of("int64", seconds))), choose(zones)]


_ONE, _TWO = _listed(others=0), _listed(others=1)
SPECIAL: dict[str, Callable[[Caller], list[Any]]] = {
    **dict.fromkeys(
        ("first", "rest", "last", "initial", "reverse", "uniq", "compact"), _ONE
    ),
    **dict.fromkeys(("append", "prepend", "without"), _TWO),
    **dict.fromkeys(("sortAlpha", "toStrings"), _ONE),
    "has": lambda caller: _TWO(caller)[::-1],
    "chunk": lambda caller: [caller.random.choice(SMALL), caller.listed()],
    "concat": lambda caller: [caller.listed() for _ in range(3)],
    "slice": lambda caller: [
        caller.listed(),
        *caller.random.choices((0, 1, 2, 3, "1", -1), k=caller.random.randrange(3)),
    ],
    "dig": _dig,
    **dict.fromkeys(("add", "mul", "max", "min", "biggest", "addf"), _numbers),
    **dict.fromkeys(("divf", "mulf", "subf", "maxf", "minf"), _numbers),
    **dict.fromkeys(("div", "mod", "sub"), _pair),
    **dict.fromkeys(("int", "int64", "float64"), lambda caller: _numbers(caller)[:1]),
    "wrap": _long,
    "wrapWith": lambda caller: [*_long(caller)[:1], "|", *_long(caller)[1:]],
    "b64dec": _encoded("YWJjAz09+/=\n!"),
    "b32dec": _encoded("MFRGGA27==\n1"),
    **dict.fromkeys(("fromJson", "mustFromJson"), _json),
    **dict.fromkeys(("merge", "mergeOverwrite"), _merged),
    "regexMatch": _matching(),
    "regexFind": _matching(),
    "regexFindAll": _matching((-1, -1, 0, 1, 2)),
    "regexReplaceAll": _matching(_REPLACEMENTS),
    "regexReplaceAllLiteral": _matching(_REPLACEMENTS),
    "regexSplit": _matching((-1, -1, 0, 1, 2)),
    "semver": lambda caller: [_version(caller)],
    "semverCompare": lambda caller: [_constraint(caller), _version(caller)],
    "urlParse": _url,
    "urlJoin": _url_parts,
    **dict.fromkeys(("duration", "durationRound"), _some_duration),
    "dateInZone": _date,
    "htmlDateInZone": lambda caller: _date(caller)[1:],
}
