from typing import Any

import pytest

from injector.base.errors import ConfigError
from injector.kubernetes.selectors import Selector, is_name


def expression(operator: str, *values: str, key: str = "app") -> dict[str, Any]:
    required = {"key": key, "operator": operator}
    return {"matchExpressions": [required | ({"values": [*values]} if values else {})]}


@pytest.mark.parametrize(
    ("selector", "labels", "matches"),
    [
        (None, {}, True),
        ({}, {"app": "a"}, True),
        ({"matchLabels": {"app": "a"}}, {"app": "a", "x": "y"}, True),
        ({"matchLabels": {"app": "a"}}, {"app": "b"}, False),
        ({"matchLabels": {"app": "a"}}, {}, False),
        ({"matchLabels": {"app": ""}}, {"app": ""}, True),
        ({"matchLabels": {"app": "a", "x": "y"}}, {"app": "a"}, False),
        (expression("In", "a", "b"), {"app": "b"}, True),
        (expression("In", "a", "b"), {"app": "c"}, False),
        (expression("In", "a", "b"), {}, False),
        (expression("NotIn", "a", "b"), {"app": "b"}, False),
        (expression("NotIn", "a", "b"), {"app": "c"}, True),
        (expression("NotIn", "a", "b"), {}, True),
        (expression("Exists"), {"app": ""}, True),
        (expression("Exists"), {}, False),
        (expression("DoesNotExist"), {"app": ""}, False),
        (expression("DoesNotExist"), {}, True),
        ({"matchLabels": {"x": "y"}, **expression("Exists")}, {"x": "y"}, False),
        ({"matchLabels": None, "matchExpressions": None}, {}, True),
    ],
)
def test_a_selector_matches_as_in_kubernetes(
    selector: Any,
    labels: dict[str, str],
    matches: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert Selector.from_json(selector).matches(labels) is matches


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ({}, ""),
        ({"matchLabels": {"app": "a", "b": ""}}, "app=a,b="),
        (expression("In", "a"), "app=a"),
        (expression("In", "a", "b"), "app in (a,b)"),
        (expression("NotIn", "a", "b"), "app notin (a,b)"),
        (expression("Exists", key="example.com/app"), "example.com/app"),
        (expression("DoesNotExist"), "!app"),
    ],
)
def test_a_selector_prints_as_kubectl_takes_it(selector: Any, text: str) -> None:
    assert str(Selector.from_json(selector)) == text


@pytest.mark.parametrize(
    ("selector", "problem"),
    [
        ("app=a", "is 'app=a', want a mapping with matchLabels, matchExpressions"),
        ({"app": "a"}, "app: unknown key, want one of matchLabels, matchExpressions"),
        ({"matchLabels": ["app"]}, "matchLabels: is a list, want a mapping"),
        (
            {"matchLabels": {"app": True}},
            "matchLabels.app: is true, want a label's value in quotes",
        ),
        (
            {"matchLabels": {"app": "a b"}},
            "matchLabels.app: 'a b' can be no label's value",
        ),
        (
            {"matchLabels": {"a b": "x"}},
            (
                "matchLabels['a b']: 'a b' is no name of a label, "
                "want one such as 'example.com/app'"
            ),
        ),
        (
            {"matchExpressions": {"key": "app"}},
            "matchExpressions: is a mapping, want a list",
        ),
        (
            expression("Like", "a"),
            (
                "matchExpressions[0].operator: is 'Like', "
                "want one of In, NotIn, Exists, DoesNotExist"
            ),
        ),
        (
            {"matchExpressions": [{"key": "app", "operator": {}}]},
            (
                "matchExpressions[0].operator: is a mapping, "
                "want one of In, NotIn, Exists, DoesNotExist"
            ),
        ),
        (
            expression("In"),
            "matchExpressions[0].values: is empty, operator In wants a list of values",
        ),
        (
            expression("Exists", "a"),
            "matchExpressions[0].values: operator Exists wants none",
        ),
        (
            {"matchExpressions": [{"operator": "Exists"}]},
            (
                "matchExpressions[0].key: '' is no name of a label, "
                "want one such as 'example.com/app'"
            ),
        ),
    ],
)
def test_a_problem_says_where_it_is_and_what_was_wanted(
    selector: Any, problem: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Selector.from_json(selector)

    assert [str(found) for found in caught.value.problems] == [problem]


@pytest.mark.parametrize(
    "name",
    ["app", "a", "A.b-c_d", "example.com/app", "a/b", f"{'a' * 253}/{'b' * 63}"],
)
def test_a_name_may_have_a_prefix(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "-a", "a-", "a b", "/a", "a/", "a/b/c", "A/b", "a" * 64, f"{'a' * 254}/b"],
)
def test_a_name_is_what_kubernetes_takes(name: str) -> None:
    assert not is_name(name)
