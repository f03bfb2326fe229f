"""The streams and files that a command reads and writes."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO

from injector.base.errors import CallerFault
from injector.formats import kubeyaml

STDIN = "-"


class UsageError(CallerFault):
    """The command line is wrong, or a file of it cannot be read or written."""


class Terminal(NamedTuple):
    """The process's streams and environment."""

    stdin: BinaryIO
    stdout: BinaryIO
    stderr: TextIO
    environ: Mapping[str, str]

    def read(self, name: str) -> bytes:
        """Return the content of the file *name*; ``-`` is the standard input.

        Raises:
            UsageError: the file cannot be read.
        """
        try:
            return self.stdin.read() if name == STDIN else Path(name).read_bytes()
        except OSError as e:
            raise UsageError(f"cannot read {name}: {e.strerror}") from e

    def documents(self, names: Iterable[str] | None) -> list[Any]:
        """Return the YAML documents of all files; of the standard input if None.

        Raises:
            UsageError: a file cannot be read.
            ManifestError: a file is no YAML.
        """
        return [
            document
            for name in names or [STDIN]
            for document in kubeyaml.parse(
                self.read(name), "stdin" if name == STDIN else name
            )
        ]

    @property
    def is_tty(self) -> bool:
        """Whether stdout is a terminal."""
        return self.stdout.isatty()

    def say(self, line: str) -> None:
        """Write a line to stderr."""
        self.stderr.write(f"{line}\n")

    def write(self, data: bytes) -> None:
        """Write *data* to stdout; a reader may close the pipe early.

        Raises:
            UsageError: the data cannot be written.
        """
        try:
            self.stdout.write(data)
            self.stdout.flush()
        except BrokenPipeError:
            # The interpreter flushes again when it exits, and would report the error.
            with Path(os.devnull).open("wb") as nothing:
                os.dup2(nothing.fileno(), self.stdout.fileno())
        except OSError as e:
            raise UsageError(f"cannot write to stdout: {e.strerror}") from e
