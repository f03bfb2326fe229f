"""Every regular expression of the package: why no author's text makes it slow."""

import ast
import re
from typing import Any

import pytest
from ambiguity import fault
from expressions import Expression, expressions, hidden, searched, sources

TREES = dict(sources())
FOUND = {
    f"{path} {each.name}": each
    for path, tree in TREES.items()
    for each in expressions(path, tree)
}

SEARCHED = {f"{each.path} {each.name}" for each in searched(TREES)}

LINEAR = "no text is read in two ways"
"""What is checked. Any other reason is a sentence, and is not."""

OPERATOR = "a constant of a template, which is the operator's"
OPERATORS = "it is the operator's, see docs/security.md"
ANYWHERE = "each character begins a match, so no search fails and starts again"
CONSUMED = "what a try reads is in its match, so no other try reads it"
TAKEN = "it searches only what _ALL took, and takes that whole"
SHORT = "quadratic, in 1024 characters at most"

REASONS = {
    "injector/wire/address.py TOKEN": LINEAR,
    "injector/wire/address.py _PATH": LINEAR,
    "injector/formats/depth.py _TEXT": CONSUMED,
    "injector/formats/depth.py _BRACKET": LINEAR,
    "injector/formats/durations.py _PART": LINEAR,
    "injector/memory/form.py _TOKEN": LINEAR,
    "injector/web/function.py _CONTROL": LINEAR,
    "injector/web/replies.py _GO_PLACE": LINEAR,
    "injector/web/replies.py _NO_TEMPLATE": LINEAR,
    "injector/web/replies.py _PLACE": LINEAR,
    "injector/istio/pod/annotations.py _INTERFACE": LINEAR,
    "injector/istio/go/message_types.py go_name": LINEAR,
    "injector/istio/go/tracing.py _TOKEN": LINEAR,
    "injector/istio/go/tracing.py _WORD": LINEAR,
    "injector/formats/gotext.py _SIMPLE": LINEAR,
    "injector/formats/gotext.py _SIXTIETHS": LINEAR,
    "injector/formats/gotext.py _ODD_BREAKS": LINEAR,
    "injector/formats/gotext.py _RUNS": LINEAR,
    "injector/istio/pod/identity.py _last": LINEAR,
    "injector/istio/maps/inference.py _VERSION": LINEAR,
    "injector/istio/flat/defaults.py _TAGGED": LINEAR,
    "injector/istio/flat/sidecar.py number": LINEAR,
    "injector/istio/flat/sidecar.py number 2": LINEAR,
    "injector/istio/mesh/mesh_json.py _INTEGER": LINEAR,
    "injector/istio/mesh/mesh_json.py _NUMBER": LINEAR,
    "injector/istio/mesh/mesh_types.py _proto": LINEAR,
    "injector/istio/pod/metrics.py _UNCLEAN": LINEAR,
    "injector/istio/pod/native.py _minor": LINEAR,
    "injector/istio/mesh/proxy_rules.py _LABEL": LINEAR,
    "injector/injection/workload.py _without_digits": LINEAR,
    "injector/formats/json_documents.py _SPACE": LINEAR,
    "injector/formats/json_documents.py _SURROGATE": LINEAR,
    "injector/formats/kubeyaml.py _DOUBTFUL": LINEAR,
    "injector/formats/kubeyaml.py _ODD_BREAKS": LINEAR,
    "injector/web/logs.py _CLOUD": LINEAR,
    "injector/web/logs.py _W3C": LINEAR,
    "injector/kubernetes/patch/proof.py _ITEM": LINEAR,
    "injector/kubernetes/pods.py _NAME": LINEAR,
    "injector/base/messages.py PLAIN_KEY": LINEAR,
    "injector/memory/recipe.py _TOKEN": LINEAR,
    "injector/wire/registration.py _LABEL": LINEAR,
    "injector/wire/webhook_url.py _ENDPOINT": LINEAR,
    "injector/releases/release.py parse": LINEAR,
    "injector/wire/review.py _SURROGATE": LINEAR,
    "injector/kubernetes/schema/problems.py _CLEAR_KEY": LINEAR,
    "injector/kubernetes/schema/problems.py _RFC3339": LINEAR,
    "injector/formats/quantities.py _QUANTITY": LINEAR,
    "injector/configuration/keys.py TEMPLATE_NAME": LINEAR,
    "injector/kubernetes/selectors.py NAME": LINEAR,
    "injector/kubernetes/selectors.py PREFIX": LINEAR,
    "injector/loading/sources.py SECRET_NAME": LINEAR,
    "injector/loading/sources.py refresh_seconds": LINEAR,
    "injector/templates/jinja/conversions.py _INTEGER": LINEAR,
    "injector/templates/jinja/conversions.py _NUMBER": LINEAR,
    "injector/templates/jinja/filters.py _BLANK": LINEAR,
    "injector/templates/jinja/filters.py _BLANK_BACKWARDS": LINEAR,
    "injector/templates/go/parse/actions.py _TOKEN": LINEAR,
    "injector/templates/go/parse/actions.py _number": LINEAR,
    "injector/templates/go/parse/numbers.py _INT": LINEAR,
    "injector/templates/go/parse/numbers.py _FLOAT": LINEAR,
    "injector/templates/go/parse/numbers.py _SUM": OPERATOR,
    "injector/templates/go/parse/numbers.py _FRACTION": LINEAR,
    "injector/templates/go/values/quoting.py _ESCAPE": LINEAR,
    "injector/templates/go/sprig/casing.py _SURROGATE": LINEAR,
    "injector/templates/go/sprig/casing.py _SPACE_BYTES": LINEAR,
    "injector/templates/go/sprig/casing.py _WORD_START": LINEAR,
    "injector/templates/go/sprig/casing.py _TITLE_START": LINEAR,
    "injector/templates/go/sprig/casing.py _CONNECTORS": LINEAR,
    "injector/templates/go/sprig/casing.py _PARTS": ANYWHERE,
    "injector/templates/go/sprig/casts.py _ZERO_DECIMALS": LINEAR,
    "injector/templates/go/sprig/casts.py _DECIMAL": LINEAR,
    "injector/templates/go/sprig/casts.py _SPECIAL": LINEAR,
    "injector/templates/go/sprig/constraints.py _ONE": TAKEN,
    "injector/templates/go/sprig/constraints.py _ALL": LINEAR,
    "injector/templates/go/sprig/constraints.py _BETWEEN": SHORT,
    "injector/templates/go/sprig/digests.py _BASE64": LINEAR,
    "injector/templates/go/sprig/digests.py _BASE64_DIGIT": LINEAR,
    "injector/templates/go/sprig/digests.py _BASE32_DIGIT": LINEAR,
    "injector/templates/go/sprig/escapes.py _POSIX": LINEAR,
    "injector/templates/go/sprig/escapes.py _PROPERTY": LINEAR,
    "injector/templates/go/sprig/escapes.py _OCTAL": LINEAR,
    "injector/templates/go/sprig/escapes.py _HEX": LINEAR,
    "injector/templates/go/sprig/escapes.py _BAD_HEX": LINEAR,
    "injector/templates/go/sprig/escapes.py __init__": LINEAR,
    "injector/templates/go/sprig/fromjson.py _SURROGATE": LINEAR,
    "injector/templates/go/sprig/jsonsyntax.py _SPACE": LINEAR,
    "injector/templates/go/sprig/jsonsyntax.py _NUMBER": LINEAR,
    "injector/templates/go/sprig/jsonsyntax.py _STRING": LINEAR,
    "injector/templates/go/sprig/layouts.py _ELEMENT": LINEAR,
    "injector/templates/go/sprig/layouts.py _offset": LINEAR,
    "injector/templates/go/sprig/numbers.py _OCTAL": LINEAR,
    "injector/templates/go/sprig/patterns.py _REPEAT": LINEAR,
    "injector/templates/go/sprig/patterns.py _FLAGS": LINEAR,
    "injector/templates/go/sprig/patterns.py _NAMED": LINEAR,
    "injector/templates/go/sprig/patterns.py _compiled": OPERATORS,
    "injector/templates/go/sprig/regexes.py _PLAIN": LINEAR,
    "injector/templates/go/sprig/regexes.py _META": LINEAR,
    "injector/templates/go/sprig/regexes.py _REFERENCE": LINEAR,
    "injector/templates/go/sprig/tojson.py _SURROGATE": LINEAR,
    "injector/templates/go/sprig/urls.py _CONTROL": LINEAR,
    "injector/templates/go/sprig/urls.py _SCHEME": LINEAR,
    "injector/templates/go/sprig/urls.py _BAD_ESCAPE": LINEAR,
    "injector/templates/go/sprig/urls.py _ASCII_ESCAPE": LINEAR,
    "injector/templates/go/sprig/urls.py _NO_HOST": LINEAR,
    "injector/templates/go/sprig/urls.py _NO_USER": LINEAR,
    "injector/templates/go/sprig/urls.py _PORT": LINEAR,
    "injector/templates/go/sprig/urls.py _host_name": LINEAR,
    "injector/templates/go/sprig/versions.py _VERSION": LINEAR,
    "injector/templates/go/values/verbs.py _DIGITS": LINEAR,
    "injector/templates/jinja/rendering.py _RESERVED": LINEAR,
    "injector/templates/jinja/operators.py _SPECIFIER": LINEAR,
    "injector/templates/jinja/positions.py _MARK": LINEAR,
    "injector/templates/jinja/slots.py TOKEN": LINEAR,
    "injector/templates/jinja/slots.py MARKS": LINEAR,
    "injector/formats/yaml_events.py _DIRECTIVE": LINEAR,
    "injector/formats/yaml_scalars.py _INTEGER": LINEAR,
    "injector/formats/yaml_scalars.py _FLOAT": LINEAR,
    "injector/formats/yaml_scalars.py _FRACTION": LINEAR,
    "injector/formats/yaml_scalars.py _DATE": LINEAR,
}

LOCALS: dict[str, dict[str, Any]] = {
    "injector/istio/flat/sidecar.py number": {"flag": "concurrency"},
    "injector/injection/workload.py _without_digits": {"least": 8, "most": 10},
}
"""What the expressions of functions are made of."""


def test_each_expression_has_a_reason() -> None:
    assert sorted(FOUND) == sorted(REASONS)


@pytest.mark.parametrize(
    "name", [name for name, reason in REASONS.items() if reason is LINEAR]
)
def test_no_text_is_read_in_two_ways(name: str) -> None:
    pattern, flags = FOUND[name].value(LOCALS.get(name, {}))

    found = fault(pattern, flags, search=name in SEARCHED)

    assert found == ""


@pytest.mark.parametrize(("path", "tree"), TREES.items(), ids=list(TREES))
def test_no_expression_hides(path: str, tree: ast.Module) -> None:
    assert hidden(tree) == [], path


# The checks themselves


@pytest.mark.parametrize(
    ("pattern", "search", "wanted"),
    [
        (r"([+-]?)(?=\.?[0-9])([0-9]*)\.?([0-9]*)([KM]i|[km])?", False, "polynomial"),
        (r"([0-9]+\.?[0-9]*|\.[0-9]+)(e[0-9]{1,3})?", False, "polynomial"),
        (r"([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[0-9]{1,3})?", False, ""),
        (r"\s*,?\s*x", False, "polynomial"),
        (r"[^,]*[^\s,]*x", False, "polynomial"),
        ("(?i)a*A*b", False, "polynomial"),
        ("a*(?=b*b*c)", False, "polynomial"),
        ("(a+)+b", False, "exponential"),
        ("(?>a+)*+b", False, "exponential"),
        ("(a|a)*b", False, "exponential"),
        ("(a*)*b", False, "exponential"),
        ("(x+x+)+y", False, "exponential"),
        (r"(v?[0-9]+(\.[0-9]+)?(\.[0-9]+)? )*", False, "exponential"),
        ("(a|b)*c", False, ""),
        ("(?:[a-z]+[.])*[a-z]+", False, ""),
        ("[0-9]+x", False, ""),
        ("[0-9]+x", True, "polynomial by search"),
        ("[0-9]+", True, ""),
        (r"\s+$", True, "polynomial by search"),
        (r"\[:(.*?):\]", True, "polynomial by search"),
        (r"%\([^()]*\)", True, ""),
        (b"[a-z]+=", True, "polynomial by search"),
    ],
)
def test_what_takes_more_than_linear_time_is_known(
    pattern: str | bytes,
    search: bool,  # noqa: FBT001 - a parameter of the table
    wanted: str,
) -> None:
    assert fault(pattern, search=search) == wanted


def found_in(source: str) -> list[Expression]:
    return list(expressions("one.py", ast.parse(source)))


def test_expressions_are_found_wherever_they_stand() -> None:
    source = """
import re
A = re.compile("a", re.DOTALL)
B: re.Pattern[str] = re.compile("b")
def f(x):
    y = re.sub("c", "", x)
    return re.fullmatch(f"{x}d", y) or A.search(x)
class G:
    h = [re.compile("e"), re.compile("f")]
"""

    found = found_in(source)

    assert [(each.name, each.call) for each in found] == [
        ("A", "compile"),
        ("B", "compile"),
        ("f", "sub"),
        ("f 2", "fullmatch"),
        ("h", "compile"),
        ("h 2", "compile"),
    ]
    trees: dict[str, ast.Module] = {
        "one.py": ast.parse(source),
        "two.py": ast.parse("B.match(A.split(B))"),
    }
    assert [each.name for each in searched(trees)] == ["A", "f"]


@pytest.mark.parametrize(
    "source",
    [
        "from re import compile",
        "import re as regular",
        "import fnmatch",
        "from glob import glob",
        "re.Scanner([])",
    ],
)
def test_ways_around_are_seen(source: str) -> None:
    assert len(hidden(ast.parse(source))) == 1


def test_an_expression_is_what_python_compiles() -> None:
    pattern, flags = FOUND["injector/formats/kubeyaml.py _DOUBTFUL"].value({})

    assert flags == re.IGNORECASE | re.VERBOSE
    assert isinstance(pattern, str)
    assert re.fullmatch(pattern, "0x1f", flags)
