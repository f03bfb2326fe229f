"""The form of a pod: the pod without the texts that an injection mostly copies."""

import marshal
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from injector.base.sealed_text import LONGEST

PREFIX: Final = "kube-api-access-"
"""The name of a service account's token volume, without its five random letters."""

MANY: Final = 1000
"""The most items of a list whose texts are taken out; longer lists are rare."""

_PREFIX: Final = PREFIX.encode()
_TOKEN: Final = re.compile(PREFIX + "[a-z0-9]{5}")
_ESCAPE: Final = "\\"
_ORDERS: Final = ("istio.io/", "prometheus")
"""Parts of the keys of labels and annotations that may change the injection."""


@dataclass(slots=True, eq=False)
class Form:
    """A pod in which ``(3,)`` is the place of the fourth of its ``texts``.

    JSON has no tuples, so no pod holds one. ``names`` maps the names of token volumes
    to their places; no other text of the pod holds the prefix of such a name.
    """

    pod: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    names: dict[str, tuple[int]] = field(default_factory=dict)
    key: bytes = b""
    """Equal for equal forms only."""

    def put(self, text: Any) -> Any:
        """Take *text* out, and return its place; return another value as it is."""
        if text.__class__ is not str or len(text) > LONGEST:
            return text
        self.texts.append(text)
        return (len(self.texts) - 1,)

    def mount(self, mount: Any) -> Any:
        """Return *mount* with the place of its name if it mounts a token volume."""
        if mount.__class__ is not dict or not self.names:
            return mount
        name = mount.get("name")
        place = self.names.get(name) if name.__class__ is str else None
        return mount if place is None else {**mount, "name": place}


def form_of(pod: Mapping[str, Any]) -> Form:
    """Return the form of *pod*, which is not changed."""
    form = _without_texts(pod, tokens=True)
    if form.names and (_hides(form.pod) or _mentions(form)):
        return _without_texts(pod, tokens=False)
    return form


def _mentions(form: Form) -> bool:
    """Return whether another text than the names holds their prefix."""
    others = (text for text in form.texts if text not in form.names)
    return _PREFIX in form.key or any(PREFIX in text for text in others)


def _hides(pod: Mapping[str, Any]) -> bool:
    """Return whether a label or an annotation may hold a name with JSON's escapes."""
    metadata = pod.get("metadata")
    return metadata.__class__ is dict and any(
        _ESCAPE in text
        for name in ("labels", "annotations")
        if (found := metadata.get(name)).__class__ is dict
        for text in found.values()
        if text.__class__ is str
    )


def _without_texts(pod: Mapping[str, Any], *, tokens: bool) -> Form:
    form = Form()
    copy = form.pod = dict(pod)
    metadata, spec = pod.get("metadata"), pod.get("spec")
    if metadata.__class__ is dict:
        copy["metadata"] = _metadata(metadata, form)
    if spec.__class__ is dict:
        copy["spec"] = _spec(spec, form, tokens=tokens)
    # Version 2 has no references: the same values give the same bytes.
    form.key = marshal.dumps(copy, 2)
    return form


def _is_short(value: Any) -> TypeGuard[list[Any]]:
    """Return whether *value* is a list whose texts are taken out."""
    return value.__class__ is list and len(value) <= MANY


def _spec(spec: dict[str, Any], form: Form, *, tokens: bool) -> dict[str, Any]:
    spec = _put_texts(spec, ("serviceAccountName", "serviceAccount"), form)
    volumes = spec.get("volumes")
    if tokens and _is_short(volumes):
        spec["volumes"] = [_volume(each, form) for each in volumes]
    for kind in ("containers", "initContainers"):
        if _is_short(spec.get(kind)):
            spec[kind] = [_container(each, form) for each in spec[kind]]
    return spec


def _metadata(metadata: dict[str, Any], form: Form) -> dict[str, Any]:
    copy: dict[str, Any] = _put_texts(metadata, ("name", "generateName", "uid"), form)
    put = form.put
    for name in ("labels", "annotations"):
        found = copy.get(name)
        if found.__class__ is dict:
            copy[name] = {
                key: text if _is_order(key) else put(text)
                for key, text in found.items()
            }
    for name, keys in (
        ("ownerReferences", ("name", "uid")),
        ("managedFields", ("time",)),
    ):
        found = copy.get(name)
        if _is_short(found):
            copy[name] = [_put_texts(each, keys, form) for each in found]
    return copy


def _is_order(key: str) -> bool:
    return _ORDERS[0] in key or _ORDERS[1] in key


def _put_texts(each: Any, keys: tuple[str, ...], form: Form) -> Any:
    """Return a copy of a mapping with places for the texts at *keys*."""
    if each.__class__ is not dict:
        return each
    copy = dict(each)
    for key in keys:
        if key in copy:
            copy[key] = form.put(copy[key])
    return copy


def _volume(volume: Any, form: Form) -> Any:
    name = volume.get("name") if volume.__class__ is dict else None
    if name.__class__ is not str or not _TOKEN.fullmatch(name) or name in form.names:
        return volume
    form.names[name] = place = form.put(name)
    return {**volume, "name": place}


def _container(container: Any, form: Form) -> Any:
    if container.__class__ is not dict:
        return container
    copy = _put_texts(container, ("image",), form)
    for name in ("command", "args"):
        found = copy.get(name)
        if _is_short(found):
            copy[name] = [form.put(each) for each in found]
    variables = copy.get("env")
    if _is_short(variables):
        put = form.put
        copy["env"] = [
            {**each, "value": put(each["value"])}
            if each.__class__ is dict and "value" in each
            else each
            for each in variables
        ]
    mounts = copy.get("volumeMounts")
    if _is_short(mounts):
        copy["volumeMounts"] = [form.mount(each) for each in mounts]
    return copy
