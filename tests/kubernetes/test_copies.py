"""What a merge makes of nulls and directives where the pod has nothing for them.

The right values are those of Kubernetes' own library, in the versions 0.23, 0.27 and
0.28, as its types read and print the pod.
"""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from istio_maps import VALUES, config, injector, mesh
from merging import read

from injector.configuration.config import Config
from injector.istio.maps.documents import parse
from injector.kubernetes.merge import STRICT, Rules, merge
from injector.loading import products

Json = dict[str, Any]

BEFORE_0_24 = Rules(drops_nulls=False, drops_directives=False)
BEFORE_0_28 = Rules(drops_nulls=True, drops_directives=False)
TODAY = Rules(drops_nulls=True, drops_directives=True)
APP: Json = {"name": "app", "resources": {}}
NULLS: Json = {"limits": {"cpu": None}}
PROBE: Json = {"httpGet": {"path": "/", "port": 80}}
REPLACING: Json = {"$patch": "replace", **PROBE}


def made(pod: Json, overlay: Json, rules: Rules) -> Json:
    """Return the spec that is read of both merged."""
    before = {"metadata": {}, "spec": {"containers": [APP]} | pod}
    spec: Json = read(merge(before, {"spec": overlay}, rules))["spec"]
    if spec["containers"] == [APP]:
        del spec["containers"]
    return spec


@pytest.mark.parametrize(
    ("pod", "overlay", "today", "before_28", "before_24", "own"),
    [
        pytest.param(
            {},
            {"containers": [{"name": "new", "resources": NULLS}]},
            *[
                {
                    "containers": [
                        {"name": "new", "resources": {"limits": {"cpu": "0"}}},
                        APP,
                    ]
                }
            ]
            * 3,
            {"containers": [{"name": "new", "resources": {}}, APP]},
            id="a null in an item that is new to a list",
        ),
        pytest.param(
            {},
            {"initContainers": [{"name": "new", "resources": NULLS, "args": [None]}]},
            *[{"initContainers": [{"name": "new", "resources": {}, "args": [""]}]}] * 2,
            {
                "initContainers": [
                    {
                        "name": "new",
                        "resources": {"limits": {"cpu": "0"}},
                        "args": [""],
                    }
                ]
            },
            {"initContainers": [{"name": "new", "resources": {}, "args": [""]}]},
            id="a null in a list that is new to a mapping",
        ),
        pytest.param(
            {"initContainers": []},
            {"initContainers": [{"name": "new", "resources": NULLS}]},
            *[{"initContainers": [{"name": "new", "resources": {}}]}] * 2,
            {
                "initContainers": [
                    {"name": "new", "resources": {"limits": {"cpu": "0"}}}
                ]
            },
            {"initContainers": [{"name": "new", "resources": {}}]},
            id="an empty list, which Go does not print",
        ),
        pytest.param(
            {},
            {
                "$setElementOrder/initContainers": [{"name": "new"}],
                "initContainers": [{"name": "new", "resources": NULLS}],
            },
            *[
                {
                    "initContainers": [
                        {"name": "new", "resources": {"limits": {"cpu": "0"}}}
                    ]
                }
            ]
            * 3,
            {"initContainers": [{"name": "new", "resources": {}}]},
            id="a list that comes with its order",
        ),
        pytest.param(
            {},
            {"nodeSelector": {"disk": None}, "hostname": None, "subdomain": "a"},
            *[{"subdomain": "a"}] * 2,
            {"nodeSelector": {"disk": ""}, "subdomain": "a"},
            {"subdomain": "a"},
            id="a null in a mapping that is new",
        ),
        pytest.param(
            {"nodeSelector": {"disk": "ssd"}},
            {"nodeSelector": {"$patch": "replace", "arch": None, "os": "x"}},
            *[{"nodeSelector": {"arch": "", "os": "x"}}] * 3,
            {"nodeSelector": {"os": "x"}},
            id="a null in a mapping that replaces another",
        ),
        pytest.param(
            {"tolerations": [{"key": "a"}]},
            {"tolerations": [{"key": "b", "$patch": "delete"}, None]},
            *[{"tolerations": [{"key": "b"}, {}]}] * 3,
            {"tolerations": [{}]},
            id="a list that replaces another",
        ),
        pytest.param(
            {"volumes": [{"name": "a"}]},
            {"volumes": [{"$patch": "replace"}, {"name": "b", "emptyDir": None}]},
            *[{"volumes": [{"name": "b"}]}] * 4,
            id="the items that replace all others",
        ),
        pytest.param(
            {},
            {
                "containers": [
                    {
                        "name": "new",
                        "livenessProbe": REPLACING,
                        "env": [{"name": "A", "$patch": "delete"}],
                        "$setElementOrder/env": [{"name": "B"}],
                    }
                ]
            },
            *[
                {
                    "containers": [
                        {
                            "name": "new",
                            "livenessProbe": PROBE,
                            "env": [{"name": "A"}],
                            "resources": {},
                        },
                        APP,
                    ]
                }
            ]
            * 3,
            {"containers": [{"name": "new", "resources": {}}, APP]},
            id="directives in an item that is new to a list",
        ),
        pytest.param(
            {},
            {
                "initContainers": [
                    {"name": "a", "$patch": "delete"},
                    {"name": "b", "livenessProbe": REPLACING},
                ],
                "securityContext": {"$patch": "delete", "runAsUser": 1},
            },
            {"initContainers": [{"name": "b", "resources": {}}]},
            *[
                {
                    "initContainers": [
                        {"name": "a", "resources": {}},
                        {"name": "b", "livenessProbe": PROBE, "resources": {}},
                    ],
                    "securityContext": {"runAsUser": 1},
                }
            ]
            * 2,
            {"initContainers": [{"name": "b", "resources": {}}]},
            id="directives in what is new to a mapping",
        ),
    ],
)
def test_what_is_new_is_taken_as_the_library_takes_it(
    pod: Json, overlay: Json, today: Json, before_28: Json, before_24: Json, own: Json
) -> None:
    ways = (TODAY, BEFORE_0_28, BEFORE_0_24, STRICT)

    found = [made(pod, overlay, rules) for rules in ways]

    assert found == [today, before_28, before_24, own]


TEMPLATE = """\
spec:
  containers:
  - name: extra
    resources: {limits: {cpu: }}
    livenessProbe: {$patch: replace, httpGet: {path: /, port: 80}}
  initContainers:
  - name: first
    resources: {limits: {cpu: }}
  securityContext: {$patch: replace, runAsUser: 1}
"""


class Fixed:
    """A template of our own."""

    name = "sidecar"

    def render(self, _context: Mapping[str, Any]) -> Json:
        overlay: Json = yaml.safe_load(TEMPLATE)
        return overlay


def configured(release: str) -> Config:
    maps = [injector(config(templates={"sidecar": TEMPLATE}), VALUES), mesh()]
    return parse([*maps, {"release": release}], {})


@pytest.mark.parametrize(
    ("release", "first", "security"),
    [
        ("1.30", {}, None),
        ("1.19", {}, None),
        ("1.18", {}, {"runAsUser": 1}),
        ("1.14", {}, {"runAsUser": 1}),
        ("1.13", {"limits": {"cpu": "0"}}, {"runAsUser": 1}),
    ],
)
def test_istios_templates_are_merged_as_the_release_merged_them(
    release: str, first: Json, security: Json | None
) -> None:
    pod = {"metadata": {"name": "a"}, "spec": {"containers": [{"name": "app"}]}}

    spec = products.injector(configured(release)).inject(pod, "ns").pod["spec"]

    (extra,) = (one for one in spec["containers"] if one["name"] == "extra")
    assert extra["resources"] == {"limits": {"cpu": "0"}}
    assert extra["livenessProbe"] == PROBE
    assert [one["resources"] for one in spec["initContainers"]] == [first]
    assert spec.get("securityContext") == security


def test_for_templates_of_our_own_a_null_counts_for_nothing() -> None:
    pod = {"metadata": {"name": "a"}, "spec": {"containers": [{"name": "app"}]}}
    own = Config(policy="enabled", templates={"sidecar": Fixed()})

    found = products.injector(own).inject(pod, "ns").pod["spec"]

    (extra,) = (one for one in found["containers"] if one["name"] == "extra")
    assert extra == {"name": "extra", "resources": {}}
