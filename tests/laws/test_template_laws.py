"""Nothing that a pod's author writes changes the structure that a template makes."""

import copy
import json
from typing import Any

import strategies
from hypothesis import assume, given
from hypothesis import strategies as st

from injector.base.caches import Store
from injector.base.errors import TemplateError
from injector.templates.jinja.rendering import JinjaTemplate

SIDECAR = """\
{%- macro variable(name, value) %}
- name: {{ name }}
  value: "{{ value }}"
{%- endmacro %}
{%- set app = metadata.labels.app | default(workload.name) %}
metadata:
  labels: &labels
    app: {{ app }}
    app.kubernetes.io/instance: {{ namespace }}.{{ app }}
  annotations:
    <<: *labels
    note: |-
      for {{ app }}
      in {{ namespace }}
spec:
  containers:
  - name: logger-{{ app }}
    image: {{ values.image }} # {{ app }}
    args: ["{{ app }}", '{{ app }}', {{ app }}, --app={{ app }}]
    env:
    {{- variable("APP", app) | indent(4) }}
    {{- (variable("NOTE", metadata.annotations.note | default("")) ~ variable("N", 1))
        | indent(4) }}
    ports: [{containerPort: {{ values.port }}, name: {{ app }}}]
    resources: {{ values.resources }}
  {%- for container in spec.containers %}
  - name: {{ container.name }}
    {%- if container.image %}
    image: {{ container.image }}
    {%- endif %}
  {%- endfor %}
"""
TEMPLATE = JinjaTemplate("sidecar", SIDECAR)
UNCACHED = JinjaTemplate("sidecar", SIDECAR, store=Store(0))
VALUES = {
    "image": "hub.example/logger:1",
    "port": 8080,
    "resources": {"limits": {"cpu": "1", "memory": "64Mi"}},
}


def context(pod: dict[str, Any], namespace: str = "default") -> dict[str, Any]:
    metadata = {"labels": {}, "annotations": {}} | pod["metadata"]
    return {
        "pod": pod,
        "metadata": metadata,
        "spec": pod["spec"],
        "namespace": namespace,
        "workload": {"name": "web", "kind": "Deployment"},
        "values": VALUES,
    }


def structure(value: Any) -> Any:
    """Return what is left of *value* without its strings."""
    if isinstance(value, dict):
        return {key: structure(item) for key, item in value.items()}
    if isinstance(value, list):
        return [structure(item) for item in value]
    return "text" if isinstance(value, str) else value


def reworded(value: Any, words: list[str]) -> Any:
    """Return *value* with every string in the place of a value replaced by a word."""
    if isinstance(value, dict):
        return {key: reworded(item, words) for key, item in value.items()}
    if isinstance(value, list):
        return [reworded(item, words) for item in value]
    return words[len(value) % len(words)] if isinstance(value, str) else value


AS_YAML = JinjaTemplate("t", "a: {{ x | yaml }}")
ALONE = JinjaTemplate("t", "a: {{ x }}\nb: [{{ x }}]\nc: {{ x | tojson }}")
AMONG_TEXT = JinjaTemplate("t", "a: x{{ x }}\nb: '{{ x }}'\nc: {{ x ~ '' }}")
EACH_KEY = JinjaTemplate(
    "t", "{% for k, v in x.items() %}{{ k | key }}: {{ v }}\n{% endfor %}"
)
TWO_KEYS = JinjaTemplate("t", "{{ x | key }}: 1\n{{ y | key }}: 2")
WORDS = st.lists(strategies.texts().filter(bool), min_size=1, max_size=5)


@given(pod=strategies.pods(), words=WORDS, namespace=strategies.texts())
def test_no_string_changes_the_structure_of_an_overlay(
    pod: dict[str, Any], words: list[str], namespace: str
) -> None:
    pod["metadata"].setdefault("labels", {})["app"] = "web"
    pod["metadata"].setdefault("annotations", {})["note"] = "note"

    plain = TEMPLATE.render(context(pod))
    nasty = TEMPLATE.render(context(reworded(pod, words), namespace))

    assert structure(nasty) == structure(plain)


@given(text=strategies.texts(), namespace=strategies.texts())
def test_every_string_arrives_as_it_was_written(text: str, namespace: str) -> None:
    pod = {
        "metadata": {"labels": {"app": text}, "annotations": {"note": text}},
        "spec": {"containers": [{"name": text, "image": text}]},
    }

    overlay = TEMPLATE.render(context(pod, namespace))

    logger, container = overlay["spec"]["containers"]
    labels = {"app": text, "app.kubernetes.io/instance": f"{namespace}.{text}"}
    assert overlay["metadata"]["labels"] == labels
    assert overlay["metadata"]["annotations"] == {
        **labels,
        "note": f"for {text}\nin {namespace}",
    }
    assert logger == {
        "name": f"logger-{text}",
        "image": VALUES["image"],
        "args": [text, text, text, f"--app={text}"],
        "env": [
            {"name": "APP", "value": text},
            {"name": "NOTE", "value": text},
            {"name": "N", "value": "1"},
        ],
        "ports": [{"containerPort": 8080, "name": text}],
        "resources": VALUES["resources"],
    }
    assert container == {"name": text} | ({"image": text} if text else {})


@given(pod=strategies.pods(), namespace=strategies.texts())
def test_a_cached_shape_gives_the_same_overlay(
    pod: dict[str, Any], namespace: str
) -> None:
    seen = context(pod, namespace)

    overlays = [template.render(seen) for template in (UNCACHED, TEMPLATE, TEMPLATE)]

    texts = [json.dumps(overlay) for overlay in overlays]
    assert texts[0] == texts[1] == texts[2]
    assert UNCACHED.shapes() == 0


@given(pod=strategies.pods())
def test_rendering_changes_no_pod(pod: dict[str, Any]) -> None:
    seen = context(pod)
    before = copy.deepcopy(seen)

    TEMPLATE.render(seen)

    assert seen == before


@given(value=strategies.json_values())
def test_a_value_alone_is_itself(value: Any) -> None:
    overlay = ALONE.render({"x": value})

    assert json.dumps([overlay["a"], overlay["b"]]) == json.dumps([value, [value]])
    assert json.loads(overlay["c"]) == value


@given(value=strategies.json_values())
def test_a_value_among_text_is_text(value: Any) -> None:
    overlay = AMONG_TEXT.render({"x": value})

    text = (
        value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    )
    assert overlay == {"a": f"x{text}", "b": text, "c": text}


@given(value=strategies.json_values())
def test_yaml_written_as_json_is_read_as_it_was(value: Any) -> None:
    text = json.dumps(value)
    # YAML has no way to say half a surrogate pair.
    assume("\\ud" not in text)

    made = AS_YAML.render({"x": text})["a"]

    assert as_go_reads(made) == as_go_reads(value)


def as_go_reads(value: Any) -> Any:
    """Return *value* with its numbers as floats: of some digits several are one."""
    return json.loads(json.dumps(value), parse_int=float)


@given(
    mapping=st.dictionaries(strategies.texts().filter(bool), st.integers(), max_size=4)
)
def test_keys_on_purpose_are_kept_apart(mapping: dict[str, int]) -> None:
    assert EACH_KEY.render({"x": mapping}) == mapping


@given(first=strategies.texts().filter(bool), second=strategies.texts().filter(bool))
def test_keys_on_purpose_never_meet(first: str, second: str) -> None:
    try:
        overlay = TWO_KEYS.render({"x": first, "y": second})
    except TemplateError as e:
        assert str(e) == f"template 't', line 2: the key {first!r} comes twice"  # noqa: PT017 - both ways are right
        assert first == second
    else:
        assert overlay == {first: 1, second: 2}


FRAGMENTS = (
    *("a: ", "b:\n", "- ", "{{ x }}", "{{ x | key }}", "{{ y }}", "\n", "  ", ": "),
    *("[", "]", "{", "}", ", ", "'", '"', "|\n", "# ", "&a ", "*a", "<<: ", "!!str "),
    *("{% if x %}", "{% endif %}", "{% for i in y %}", "{{ i }}", "{% endfor %}"),
    *("{% set t %}", "{% endset %}", "{{ t }}", "{{ x | indent }}", "{{ x ~ t }}"),
    *(
        "{% macro m(i) %}",
        "{% endmacro %}",
        "{{ m(x) }}",
        "{{ m(x) | upper }}",
        "---\n",
    ),
    *("{% filter upper %}", "{% endfilter %}", "{% raw %}", "{% endraw %}", "\\ue000"),
)
SOURCES = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)


@given(source=SOURCES, x=strategies.texts(), y=strategies.json_values(leaves=4))
def test_any_template_gives_an_overlay_or_a_template_error(
    source: str, x: str, y: Any
) -> None:
    try:
        overlay = JinjaTemplate("t", source).render({"x": x, "y": y})
    except TemplateError as e:
        assert str(e).startswith("template 't'")  # noqa: PT017 - both ways are right
    else:
        assert isinstance(overlay, dict)
        assert json.loads(json.dumps(overlay)) == overlay


@given(source=SOURCES, words=st.lists(strategies.names(), min_size=2, max_size=2))
def test_any_template_makes_the_same_structure_of_any_words(
    source: str, words: list[str]
) -> None:
    template = _compiled(source.replace("{{ x | key }}", "k"))
    if template is None:
        return
    first, second = (
        _outcome(template, word) for word in (words[0], words[1] + ": - x")
    )

    assert structure(first) == structure(second)


def _compiled(source: str) -> JinjaTemplate | None:
    try:
        return JinjaTemplate("t", source)
    except TemplateError:
        return None


def _outcome(template: JinjaTemplate, word: str) -> Any:
    try:
        return template.render({"x": word, "y": [word]})
    except TemplateError:
        return "refused"
