"""The form of a pod: all of it but the texts that an injection mostly passes on."""

import marshal
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from injector.base.sealed_text import LONGEST

PREFIX: Final = "kube-api-access-"
"""How the volume of a service account's token is called, before five random letters."""

MANY: Final = 1000
"""Items of a list that is taken apart; longer lists, which are rare, stay whole."""

_PREFIX: Final = PREFIX.encode()
_TOKEN: Final = re.compile(PREFIX + "[a-z0-9]{5}")
_ESCAPE: Final = "\\"
_STEERING: Final = ("istio.io/", "prometheus")
"""Labels and annotations with that in their keys are orders: they stay in the form."""


@dataclass(slots=True, eq=False)
class Form:
    """A pod in which ``(3,)`` stands for the fourth of its ``texts``.

    A tuple is nothing that JSON has, so nobody can write one. ``names`` are those texts
    that are names of token volumes: no other text of the pod is like one.
    """

    pod: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    names: dict[str, tuple[int]] = field(default_factory=dict)
    key: bytes = b""
    """What no other form has."""

    def put(self, text: Any) -> Any:
        """Return what stands for *text*, which is taken out."""
        if text.__class__ is not str or len(text) > LONGEST:
            return text
        self.texts.append(text)
        return (len(self.texts) - 1,)

    def named(self, each: Any) -> Any:
        """Return a mount with what stands for the name of a token volume."""
        if each.__class__ is not dict or not self.names:
            return each
        name = each.get("name")
        place = self.names.get(name) if name.__class__ is str else None
        return each if place is None else {**each, "name": place}


def form_of(pod: Mapping[str, Any]) -> Form:
    """Return the form of *pod*, which is left as it is."""
    form = _dissected(pod, tokens=True)
    if form.names and (_hides(form.pod) or _mentions(form)):
        return _dissected(pod, tokens=False)
    return form


def _mentions(form: Form) -> bool:
    """Tell whether a text is like a name: wherever it stands, it is one too many."""
    others = (text for text in form.texts if text not in form.names)
    return _PREFIX in form.key or any(PREFIX in text for text in others)


def _hides(pod: Mapping[str, Any]) -> bool:
    """Tell whether a name may be hidden in an order, where JSON or YAML has escapes."""
    metadata = pod.get("metadata")
    return metadata.__class__ is dict and any(
        _ESCAPE in text
        for name in ("labels", "annotations")
        if (found := metadata.get(name)).__class__ is dict
        for text in found.values()
        if text.__class__ is str
    )


def _dissected(pod: Mapping[str, Any], *, tokens: bool) -> Form:
    form = Form()
    made = form.pod = dict(pod)
    metadata, spec = pod.get("metadata"), pod.get("spec")
    if metadata.__class__ is dict:
        made["metadata"] = _metadata(metadata, form)
    if spec.__class__ is dict:
        made["spec"] = _spec(spec, form, tokens=tokens)
    # Version 2 knows no references: the same values give the same bytes.
    form.key = marshal.dumps(made, 2)
    return form


def _is_short(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether *value* is a list that is taken apart."""
    return value.__class__ is list and len(value) <= MANY


def _spec(spec: dict[str, Any], form: Form, *, tokens: bool) -> dict[str, Any]:
    spec = _with(spec, ("serviceAccountName", "serviceAccount"), form)
    volumes = spec.get("volumes")
    if tokens and _is_short(volumes):
        spec["volumes"] = [_volume(each, form) for each in volumes]
    for kind in ("containers", "initContainers"):
        if _is_short(spec.get(kind)):
            spec[kind] = [_container(each, form) for each in spec[kind]]
    return spec


def _metadata(metadata: dict[str, Any], form: Form) -> dict[str, Any]:
    made: dict[str, Any] = _with(metadata, ("name", "generateName", "uid"), form)
    put = form.put
    for name in ("labels", "annotations"):
        found = made.get(name)
        if found.__class__ is dict:
            made[name] = {
                key: text if _steers(key) else put(text) for key, text in found.items()
            }
    for name, keys in (
        ("ownerReferences", ("name", "uid")),
        ("managedFields", ("time",)),
    ):
        found = made.get(name)
        if _is_short(found):
            made[name] = [_with(each, keys, form) for each in found]
    return made


def _steers(key: str) -> bool:
    return _STEERING[0] in key or _STEERING[1] in key


def _with(each: Any, keys: tuple[str, ...], form: Form) -> Any:
    """Return a copy of a mapping, the texts at *keys* taken out."""
    if each.__class__ is not dict:
        return each
    made = dict(each)
    for key in keys:
        if key in made:
            made[key] = form.put(made[key])
    return made


def _volume(volume: Any, form: Form) -> Any:
    name = volume.get("name") if volume.__class__ is dict else None
    if name.__class__ is not str or not _TOKEN.fullmatch(name) or name in form.names:
        return volume
    form.names[name] = place = form.put(name)
    return {**volume, "name": place}


def _container(container: Any, form: Form) -> Any:
    if container.__class__ is not dict:
        return container
    made = _with(container, ("image",), form)
    for name in ("command", "args"):
        found = made.get(name)
        if _is_short(found):
            made[name] = [form.put(each) for each in found]
    variables = made.get("env")
    if _is_short(variables):
        put = form.put
        made["env"] = [
            {**each, "value": put(each["value"])}
            if each.__class__ is dict and "value" in each
            else each
            for each in variables
        ]
    mounts = made.get("volumeMounts")
    if _is_short(mounts):
        made["volumeMounts"] = [form.named(each) for each in mounts]
    return made
