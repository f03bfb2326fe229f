"""Istio's templates: Go templates with Istio's data and functions make overlays."""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cached_property
from typing import Any, Final

from injector.base.caches import Cache
from injector.base.errors import PodError, TemplateError
from injector.base.sealed_text import CURRENT
from injector.istio.go.data import data
from injector.istio.go.overlay import OverlayError, Unreadable, overlay
from injector.istio.go.registry import registry
from injector.istio.go.tracing import traced_overlay
from injector.istio.pod.context import Context
from injector.kubernetes import schema
from injector.releases.history import rule
from injector.releases.pod_fields import lacking
from injector.releases.release import Release
from injector.templates.go.template import GoTemplate
from injector.templates.go.values.functions import FunctionError, Registry
from injector.templates.go.values.values import Typed

COMPILED_BYTES: Final = 400
"""The approximate size of a compiled template per character."""

_DATA: ContextVar[Typed] = ContextVar("_DATA")


class IstioTemplate:
    """A template as istiod has it, compiled at its first use.

    Args:
        name: the name in annotations and error messages.
        source: its text.
        library: the release, values and functions.
    """

    def __init__(self, name: str, source: str, library: "Library") -> None:
        self.name = name
        self.source = source
        self._library = library
        self._overlays: Cache[dict[str, Any]] = Cache()

    def check(self) -> None:
        """Compile the template, as its first use would.

        Raises:
            TemplateError: the source is no template.
        """
        self._compiled  # noqa: B018 - reading the property compiles

    def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the overlay that the template makes in *context*; do not change it.

        Raises:
            TemplateError: the template fails, or makes no mapping.
            PodError: the pod has a character that YAML cannot hold.
        """
        trace = CURRENT.get()
        if trace is not None:
            parts = self._compiled.parts(self._data(context))
            return self._library.typed(traced_overlay(parts, trace))
        text = self.text(context)
        found = self._overlays.find(text)
        if found is None:
            try:
                found = self._library.typed(overlay(text))
            except OverlayError as e:
                message = f"template {self.name!r}: {e}"
                if isinstance(e, Unreadable) and _holds(context["pod"], e.character):
                    # For example in an image.
                    raise PodError(message) from e
                raise TemplateError(message) from e
            self._overlays.keep(text, found)
        return found

    def untyped(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the overlay with the fields that Kubernetes' types lack.

        Raises:
            TemplateError: the template fails, or makes no mapping.
        """
        try:
            return overlay(self.text(context))
        except OverlayError as e:
            raise TemplateError(f"template {self.name!r}: {e}") from e

    def text(self, context: Mapping[str, Any]) -> str:
        """Return the output of the template in *context*.

        Raises:
            TemplateError: the template fails.
        """
        seen = self._data(context)
        token = _DATA.set(seen)
        try:
            return self._compiled.execute(seen)
        finally:
            _DATA.reset(token)

    def _data(self, context: Mapping[str, Any]) -> Typed:
        if not isinstance(context, Context):
            raise TypeError("Istio's templates see pods with what surrounds them")
        return data(context, self._library.values)

    @cached_property
    def _compiled(self) -> GoTemplate:
        return self._library.compiled(self.name, self.source)


def _holds(pod: Any, character: str) -> bool:
    return json.dumps(character)[1:-1] in json.dumps(pod)


class Library:
    """The values, types and functions that the templates of a configuration share.

    Args:
        release: decides the data and the functions.
        values: the operator's, with JSON's numbers.
        features: the variables that ``env`` reads.
    """

    def __init__(
        self, release: Release, values: Mapping[str, Any], features: Mapping[str, str]
    ) -> None:
        self.values: Mapping[str, Any] = with_floats(values)
        self._makes_pods = rule(release, "merge") == "strategic"
        self._lacks = lacking(release)
        self._delimiters: tuple[str, str] = rule(release, "delimiters")
        self._functions: Registry = registry(release, features, self._rendered)
        self._inner: Cache[GoTemplate] = Cache()

    def typed(self, made: dict[str, Any]) -> dict[str, Any]:
        """Return an overlay with only the fields that Kubernetes' types have.

        Up to 1.8 templates make flat specs, which are returned unchanged.

        Raises:
            OverlayError: a value has an impossible type.
        """
        if not self._makes_pods:
            return made
        known: dict[str, Any] = schema.known(made, lacks=self._lacks)
        if problems := schema.problems(known):
            raise OverlayError(f"the output is no pod: {problems[0]}")
        return known

    def compiled(self, name: str, source: str) -> GoTemplate:
        """Return the compiled template.

        Raises:
            TemplateError: the source is no template.
        """
        return GoTemplate(name, source, self._functions, self._delimiters)

    def _rendered(self, source: str) -> str:
        """Return the output of the template *source* with the data of its caller."""
        try:
            inner = self._inner.find(source)
            if inner is None:
                inner = self.compiled("render", source)
                self._inner.keep(source, inner, COMPILED_BYTES * len(source))
            return inner.execute(_DATA.get())
        except TemplateError as e:
            raise FunctionError(str(e)) from e


def with_floats(value: Any) -> Any:
    """Return a copy of *value* with every number as a float, as Go reads JSON."""
    if isinstance(value, Mapping):
        return {key: with_floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_floats(item) for item in value]
    return float(value) if type(value) is int else value
