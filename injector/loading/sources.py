"""The sources of the configuration, and which of them the environment names.

============================  ==================================================
variable                      meaning
============================  ==================================================
CONFIG_SECRET                 the name of a secret's version, in Secret Manager
CONFIG_FILE                   a file's path, where there is no CONFIG_SECRET
neither                       the bundled configuration
CONFIG_REFRESH_SECONDS        how often a version that moves is read again
SECRET_MANAGER_EMULATOR_HOST  ``host:port`` called in place of Secret Manager
============================  ==================================================
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from injector.base.errors import ConfigError, ConfigUnavailable, Problem
from injector.base.messages import quoted
from injector.configuration.document import LIMIT

if TYPE_CHECKING:
    from injector.loading.secret_manager import SecretManager

BUNDLED = Path(__file__).parent.parent / "bundled" / "config.yaml"
SECRET_NAME = re.compile(r"projects/[^/]+/secrets/[^/]+/versions/(?P<version>[^/]+)")

LASTING = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)
"""Errors that another try would meet again."""


class Payload(NamedTuple):
    """The bytes of a document, and its version."""

    data: bytes
    version: str = ""


class Source(Protocol):
    """A place that a configuration can be read from."""

    @property
    def name(self) -> str:
        """The name of the source in messages."""
        ...

    @property
    def moves(self) -> bool:
        """Whether another read may return a newer document."""
        ...

    def read(self, seconds: float) -> Payload:
        """Return the document within *seconds*.

        Raises:
            ConfigError: the document does not exist.
            ConfigUnavailable: the document cannot be read now.
        """
        ...

    def read_file(self, path: str) -> str:
        """Return the text of a file beside the document.

        Raises:
            ConfigError: the file does not exist, or may not be read.
        """
        ...


class FileSource(NamedTuple):
    """A file, and the templates in its folder."""

    path: Path
    moves: bool = False

    @property
    def name(self) -> str:
        """The file's path."""
        return str(self.path)

    def read(self, seconds: float) -> Payload:  # noqa: ARG002 - files have no deadline
        """Return the file's content."""
        return Payload(data=_content(self.path, self.name))

    def read_file(self, path: str) -> str:
        """Return the text of a file in the same folder or below it."""
        folder = self.path.parent.resolve()
        try:
            file = (folder / path).resolve()
            inside = file.is_relative_to(folder)
            text = _content(file, path).decode() if inside else ""
        except UnicodeDecodeError as e:
            raise _wrong(f"{path!r} is not UTF-8 text") from e
        except ValueError as e:
            raise _wrong(f"{path!r} is no path") from e
        if not inside:
            raise _wrong(f"{path!r} is outside of the configuration's folder")
        return text


class SecretSource(NamedTuple):
    """A version of a secret."""

    name: str
    manager: "SecretManager"

    @property
    def moves(self) -> bool:
        """Whether the version is an alias such as ``latest``, and not a number."""
        return not self.name.rpartition("/")[2].isdecimal()

    def read(self, seconds: float) -> Payload:
        """Return the version's payload."""
        secret = self.manager.read(self.name, seconds)
        return Payload(data=secret.data, version=secret.version)

    def read_file(self, path: str) -> str:
        """Refuse: a secret has no files beside it."""
        raise _wrong(
            f"{path!r} cannot be read, nothing lies beside a secret: "
            "write the template's text in its place"
        )


def choose(environ: Mapping[str, str]) -> Source:
    """Return the source that the environment names.

    Raises:
        ConfigError: the variable is no name of a source.
    """
    if secret := environ.get("CONFIG_SECRET"):
        if not SECRET_NAME.fullmatch(secret):
            wanted = "projects/PROJECT/secrets/SECRET/versions/VERSION"
            raise _wrong(f"is {quoted(secret)}, want {wanted}", "CONFIG_SECRET")
        from injector.loading.secret_manager import SecretManager  # noqa: PLC0415 - it takes 0.3 s

        emulator = environ.get("SECRET_MANAGER_EMULATOR_HOST", "")
        return SecretSource(secret, SecretManager(emulator))
    file = environ.get("CONFIG_FILE")
    return FileSource(Path(file) if file else BUNDLED)


def refresh_seconds(environ: Mapping[str, str]) -> float | None:
    """Return the seconds after which a version that moves is read again; None: never.

    Raises:
        ConfigError: the variable is no number of seconds.
    """
    text = environ.get("CONFIG_REFRESH_SECONDS")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", text) or not float(text):
        message = f"is {quoted(text)}, want a number of seconds above 0"
        raise _wrong(message, "CONFIG_REFRESH_SECONDS")
    return float(text)


def word(environ: Mapping[str, str], variable: str, *words: str) -> str:
    """Return the one of *words* that *variable* is; the first if it is not set.

    Raises:
        ConfigError: it is another one.
    """
    text = environ.get(variable) or words[0]
    if text not in words:
        wanted = " or ".join(map(repr, words))
        raise _wrong(f"is {quoted(text)}, want {wanted}", variable)
    return text


def _content(path: Path, called: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except LASTING as e:
        raise _wrong(f"cannot read {called!r}: {e.strerror}") from e
    except OSError as e:
        # Where a secret is mounted as a file, each read asks the service.
        raise ConfigUnavailable(f"{called}: cannot be read just now: {e}") from e


def _wrong(message: str, path: str = "") -> ConfigError:
    return ConfigError([Problem(path, message)])
