"""The overlay in the output of a template: its first YAML document."""

from typing import Any

from injector.formats import yaml_documents
from injector.formats.yaml_events import YAMLFault


class OverlayError(Exception):
    """The text is no overlay; the message says the reason."""


class Unreadable(OverlayError):
    """The text holds a character that YAML cannot hold."""

    def __init__(self, character: str) -> None:
        self.character = character
        super().__init__(f"the output is no YAML: it holds {character!r}")


def overlay(text: str) -> dict[str, Any]:
    """Return the overlay in *text*; an empty text is an empty overlay.

    Raises:
        OverlayError: the text is no YAML, or no mapping.
    """
    found = read(text)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise OverlayError("the output is no mapping")
    return found


def read(text: str) -> Any:
    """Return the first document of *text* as JSON; None if it is empty.

    Raises:
        OverlayError: the text is no YAML, or has values that JSON lacks.
    """
    try:
        return yaml_documents.first(text)
    except YAMLFault as e:
        if e.character:
            raise Unreadable(e.character) from e
        raise OverlayError(f"the output is no YAML: {e}") from e
