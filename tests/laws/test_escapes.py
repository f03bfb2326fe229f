"""Nothing of Python can be reached from a template, by any way that is known."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import escapes
import pytest
from istio_templates import context, template

from injector.base.errors import TemplateError
from injector.templates.jinja.rendering import JinjaTemplate

CONTEXT: dict[str, Any] = {
    "x": {"k": "v"},
    "l": [1, 2],
    "s": "text",
    "n": 5,
    "f": 1.5,
}
INSIDE = re.compile(
    r"<(?:class|module|frame|function|bound|built-in|generator|code|[a-z_.A-Z]+ object)"
    r" |0x[0-9a-f]{8}|[.]py\b"
)
"""How Python shows what is its own."""


def printed(kinds: Mapping[str, Sequence[str]]) -> list[str]:
    """Return templates that print the expressions."""
    return [f"a: {{{{ {each} }}}}" for kind in kinds.values() for each in kind]


AT_LOAD = [*printed(escapes.AT_LOAD), *escapes.STATEMENTS_AT_LOAD]
AT_RENDER = [*printed(escapes.AT_RENDER), *escapes.STATEMENTS_AT_RENDER]


def test_the_escapes_are_many_and_all_different() -> None:
    assert len(AT_LOAD) + len(AT_RENDER) == len({*AT_LOAD, *AT_RENDER}) > 300


@pytest.mark.parametrize("source", AT_LOAD)
def test_what_there_is_not_in_the_language_is_refused_when_it_is_loaded(
    source: str,
) -> None:
    with pytest.raises(TemplateError) as caught:
        JinjaTemplate("t", source)

    assert not INSIDE.search(str(caught.value))


@pytest.mark.parametrize("source", AT_RENDER)
def test_what_the_language_can_say_is_refused_when_it_is_rendered(source: str) -> None:
    loaded = JinjaTemplate("t", source)

    with pytest.raises(TemplateError) as caught:
        loaded.render(CONTEXT)

    assert not INSIDE.search(str(caught.value))


@pytest.mark.parametrize(("expression", "value"), escapes.HARMLESS.items())
def test_what_is_no_escape_yields_what_the_template_has_anyway(
    expression: str, value: Any
) -> None:
    overlay = JinjaTemplate("t", f"a: {{{{ {expression} }}}}").render(CONTEXT)

    assert overlay == {"a": value}


GO_REFUSED = [
    '{{ indent 1000000000 "a\\nb" }}',
    "{{ .__class__ }}",
    "{{ .__init__.__globals__ }}",
    "{{ .__dict__ }}",
    "{{ .Spec.__class__ }}",
    "{{ .ObjectMeta.__dict__ }}",
    "{{ .MeshConfig.__class__ }}",
    "{{ .ProxyConfig.__init__ }}",
    "{{ $.__class__ }}",
    "{{ $x := .Spec }}{{ $x.__class__ }}",
    "{{ (index .Spec.Containers 0).__class__ }}",
    '{{ index . "__class__" }}',
    '{{ index .Spec "__class__" }}',
    '{{ .Values.get "number" }}',
    "{{ .Values.global.hub.upper }}",
    "{{ .Values.global.hub.format }}",
    '{{ "".__class__ }}',
    '{{ ("a").upper }}',
    "{{ 1.real }}",
    "{{ (1).real }}",
    "{{ (list 1 2).append }}",
    '{{ call .Values "x" }}',
    "{{ call .Values.get }}",
    "{{ call .Spec.ServiceAccountName }}",
    "{{ call index .Values }}",
    '{{ call "os.system" "id" }}',
    "{{ call printf }}",
    '{{ printf "%v" printf }}',
    "{{ index }}",
    '{{ import "os" }}',
    '{{ eval "1" }}',
    '{{ exec "id" }}',
    '{{ open "/etc/passwd" }}',
    '{{ os.Getenv "PATH" }}',
    '{{ expandenv "$PATH" }}',
    '{{ getHostByName "localhost" }}',
    '{{ readFile "/etc/passwd" }}',
    '{{ .Files.Get "/etc/passwd" }}',
    '{{ include "/etc/passwd" . }}',
    '{{ tpl "x" . }}',
    '{{ lookup "v1" "Secret" "a" "b" }}',
    '{{ genPrivateKey "rsa" }}',
    '{{ template "os" . }}',
    '{{ template "/etc/passwd" }}',
    '{{ block "x" . }}{{ .__class__ }}{{ end }}',
    '{{ define "x" }}{{ .__class__ }}{{ end }}{{ template "x" . }}',
    "{{ with .Spec }}{{ .__class__ }}{{ end }}",
    "{{ range .Spec.Containers }}{{ .__class__ }}{{ end }}",
    "{{ .Method }}",
    "{{ .Spec.DeepCopy }}",
    "{{ .Spec.String }}",
    "{{ .ObjectMeta.GetLabels.__class__ }}",
    '{{ printf "%s" .__class__ }}',
    "{{ toJson .__class__ }}",
    '{{ repeat 1000000000 "a" }}',
    "{{ until 1000000000 }}",
    "{{ untilStep 0 1000000000 1 }}",
    "{{ seq 1 1000000000 }}",
    "{{ randAlphaNum 1000000000 }}",
    '{{ nindent 1000000000 "a" }}',
    '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
    "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}",
    '{{ derivePassword 1 "long" "a" "b" "c" }}',
    '{{ bcrypt "x" }}',
    '{{ htpasswd "a" "b" }}',
    '{{ fromYaml "!!python/object/apply:os.system [id]" }}',
]

GO_HARMLESS = {
    "{{ .Values.__class__ }}": "<no value>",
    "{{ .Values.__class__.__mro__ }}": "<no value>",
    '{{ index .Values "__class__" }}': "<no value>",
    '{{ index .Values "get" }}': "<no value>",
    '{{ index .ObjectMeta.Labels "__class__" }}': "",
    '{{ get .Values "__class__" }}': "",
    '{{ dig "__class__" "d" .Values }}': "d",
    '{{ pluck "__class__" .Values }}': "[]",
    "{{ .Values.items }}": "<no value>",
    "{{ .Values.keys }}": "<no value>",
    '{{ (dict "a" 1).items }}': "<no value>",
    '{{ printf "{0.__class__}" "x" }}': "{0.__class__}%!(EXTRA string=x)",
    '{{ printf "%(x)s" "x" }}': "%!((string=x)x)s",
    '{{ printf "%!s" "x" }}': "%!!(string=x)s",
    '{{ printf "%T" .Spec }}': "v1.PodSpec",
    '{{ printf "%T" .Values }}': "map[string]interface {}",
    "{{ kindOf . }}": "struct",
    "{{ typeOf .Values }}": "map[string]interface {}",
    "{{ typeOf . }}": "inject.SidecarTemplateData",
    '{{ env "PATH" "none" }}': "none",
    '{{ env "PATH_TOKENS" "none" }}': "none",
    '{{ env "HOME" "none" }}': "none",
    '{{ printf "%1000000000d" 1 }}': "%!(NOVERB)%!(EXTRA int=1)",
    '{{ printf "%.1000000000f" 1.0 }}': "%!(NOVERB)%!(EXTRA float64=1)",
    '{{ indent 1000000000 "a" }}': "a",
    '{{ fromJson "{\\"__class__\\": 1}" }}': "map[__class__:1]",
}


def test_the_escapes_from_go_templates_are_many() -> None:
    assert len({*GO_REFUSED, *GO_HARMLESS}) > 70


@pytest.mark.parametrize("source", GO_REFUSED)
def test_a_go_template_reaches_no_python(source: str) -> None:
    with pytest.raises(TemplateError) as caught:
        template(source).text(context())

    assert not INSIDE.search(str(caught.value))


@pytest.mark.parametrize(("source", "text"), GO_HARMLESS.items())
def test_a_go_template_gets_what_go_gives_for_what_is_not_there(
    source: str, text: str
) -> None:
    assert template(source).text(context()) == text


def test_a_go_template_reads_no_variable_of_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH_TOKENS", "k7Qw-3q2_7wSECRETtoken-A")

    text = template('{{ env "PATH_TOKENS" "none" }} {{ env "HOME" "none" }}').text(
        context()
    )

    assert text == "none none"


def test_what_a_go_template_changes_is_as_it_was_for_the_next() -> None:
    changing = template(
        '{{ $_ := set .Values.global "hub" "x" }}{{ $_ := unset .Values "number" }}'
        "{{ .Values.global.hub }} {{ .Values.number }}"
    )
    plain = template("{{ .Values.global.hub }} {{ .Values.number }}")

    assert changing.text(context()) == "x <no value>"
    assert plain.text(context()) == "h 15020"
