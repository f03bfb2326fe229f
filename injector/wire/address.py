"""The path of a webhook call: its grammar, and the tokens that protect it."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from posixpath import normpath
from types import MappingProxyType
from typing import Any, NamedTuple

from injector.base.errors import ConfigError, Problem
from injector.formats import depth

TOKEN = re.compile(r"[A-Za-z0-9_-]{22,}")
"""The form of a token: at least 128 bits, in characters that no proxy escapes."""

_PATH = re.compile(
    r"(?:/t/(?P<token>[^/]+))?/(?P<endpoint>inject|validate)(?:/(?P<rest>.*))?",
    re.DOTALL,
)
_VARIABLES = ":ENV:"
_SLASH = "--slash--"


class Address(NamedTuple):
    """The parts of a webhook's path. A missing part is empty."""

    endpoint: str = "inject"
    token: str = ""
    cluster: str = ""
    network: str = ""
    variables: Mapping[str, str] = MappingProxyType({})
    elements: tuple[str, ...] = ()
    """The elements of the path after the endpoint, as written."""

    def __repr__(self) -> str:
        # The token is a secret.
        return f"Address({self.endpoint}, {self.cluster}, {self.network})"

    def read_as(self, *, slashes: bool, lists: bool) -> "Address":
        """Return the address as an older release of Istio reads the path.

        Args:
            slashes: whether the release reads ``--slash--`` as a slash.
            lists: whether the release reads a list of variables after ``:ENV:``.
        """
        if slashes and lists:
            return self
        slash = "/" if slashes else _SLASH
        return self._replace(**_parameters("/".join(self.elements), slash, lists=lists))


@lru_cache(maxsize=256)
def parse(path: str) -> Address | None:
    """Read a decoded path such as ``/t/<token>/inject/cluster/c1/net/n1``.

    Returns:
        The address; None for any other path. The last of equal keys counts.
    """
    # API servers resolve dots and double slashes before they send a path. Other callers
    # may not, and the token must be found in their paths too.
    match = _PATH.fullmatch(normpath(path))
    if match is None:
        return None
    rest = match["rest"] or ""
    return Address(
        endpoint=match["endpoint"],
        token=match["token"] or "",
        elements=tuple(rest.split("/")) if rest else (),
        **_parameters(rest, "/", lists=True),
    )


def _parameters(rest: str, slash: str, *, lists: bool) -> dict[str, Any]:
    """Return cluster, network and variables; *slash* replaces ``--slash--``."""
    cluster = network = ""
    variables = {}
    items = _list_items if lists and rest.startswith(_VARIABLES) else _path_items
    for key, value in items(rest, slash):
        match key.lower():
            case "cluster":
                cluster = value
            case "net":
                network = value
            case _:
                variables[key.upper()] = value
    return {"cluster": cluster, "network": network, "variables": variables}


def _list_items(rest: str, _: str) -> Iterator[tuple[str, str]]:
    """Yield the keys and values of a list of variables."""
    for pair in rest.removeprefix(_VARIABLES).split(_VARIABLES):
        key, equals, value = pair.partition("=")
        if equals and key.strip():
            yield key.strip(), value.strip()


def _path_items(rest: str, slash: str) -> Iterator[tuple[str, str]]:
    """Yield the keys and values of path elements; a last key may lack its value."""
    parts = rest.split("/")
    for key, value in zip(parts[::2], parts[1::2], strict=False):
        yield key, value.replace(_SLASH, slash)


class Tokens(NamedTuple):
    """The tokens of callers, as digests: no message can hold a token."""

    entries: tuple[tuple[bytes, str | None], ...] = ()
    """The digest of each token and the cluster that it serves; None serves all."""

    @classmethod
    def from_text(cls, text: str) -> "Tokens":
        """Return the tokens of ``["token", ...]`` or ``{"cluster": ["token", ...]}``.

        An empty text admits every caller.

        Raises:
            ConfigError: with every problem; no message holds a token.
        """
        if not text.strip():
            return cls()
        try:
            document = depth.loads(text)
        except ValueError:
            raise ConfigError(
                [Problem("PATH_TOKENS", f"is not JSON, {_WANTED}")]
            ) from None
        problems: list[Problem] = []
        entries: list[tuple[bytes, str | None]] = []
        if isinstance(document, dict):
            for number, (cluster, tokens) in enumerate(document.items(), 1):
                # The name may be a token in the wrong place: no message quotes it.
                path = f"PATH_TOKENS, cluster {number}"
                entries += _digests(tokens, cluster, path, problems)
        else:
            entries += _digests(document, None, "PATH_TOKENS", problems)
        if not (entries or problems):
            problems.append(Problem("PATH_TOKENS", f"holds no token, {_WANTED}"))
        if problems:
            raise ConfigError(problems)
        return cls(entries=tuple(entries))

    @property
    def open(self) -> bool:
        """Return whether every caller is admitted."""
        return not self.entries

    def admits(self, address: Address) -> bool:
        """Return whether the token in *address* serves its cluster."""
        given = _digest(address.token)
        admitted = self.open
        # No early return: the time must not depend on which token matches.
        for digest, cluster in self.entries:
            serves = cluster is None or cluster == address.cluster
            admitted |= compare_digest(digest, given) & serves
        return admitted


_WANTED = (
    'want a list of tokens or a mapping such as {"cluster": ["token"]}; '
    "leave it unset to let everybody in"
)


def _digests(
    tokens: Any, cluster: str | None, path: str, problems: list[Problem]
) -> Iterator[tuple[bytes, str | None]]:
    if not isinstance(tokens, list):
        problems.append(Problem(path, f"is no list, {_WANTED}"))
        return
    if not tokens:
        problems.append(Problem(path, f"holds no token, {_WANTED}"))
    for number, token in enumerate(tokens, 1):
        if isinstance(token, str) and TOKEN.fullmatch(token):
            yield _digest(token), cluster
        else:
            wanted = "want 22 or more of the characters A-Z a-z 0-9 _ -"
            problems.append(Problem(f"{path}, token {number}", f"is none, {wanted}"))


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
