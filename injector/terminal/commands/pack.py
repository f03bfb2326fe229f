"""``pack``: a configuration as the payload of a secret."""

import argparse
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from injector.base.errors import ConfigError, Problem
from injector.formats import kubeyaml
from injector.terminal import configuration, options
from injector.terminal.streams import STDIN, Terminal, UsageError

LIMIT = 64 * 1024
"""The most bytes of a secret version."""


def add(commands: Any) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "pack",
        parents=[options.configured()],
        help="make the payload of a secret from a configuration",
        description="Make the payload of a secret from a configuration: one document "
        "with its templates in it, compressed. The same configuration gives the same "
        "bytes.",
    )
    parser.add_argument(
        "-o",
        "--output",
        default=STDIN,
        metavar="FILE",
        help="where the payload goes, - is stdout and the default",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, terminal: Terminal) -> bytes:
    """Return the payload; nothing if it is written to a file."""
    if args.output == STDIN and terminal.is_tty:
        raise UsageError("the payload is no text for a terminal: name a file with -o")
    payload = packed(configuration.read(args, terminal).documents)
    if len(payload) > LIMIT:
        raise ConfigError([Problem("", f"too large: {fill(payload)}")])
    terminal.say(fill(payload))
    if args.output == STDIN:
        return payload
    try:
        Path(args.output).write_bytes(payload)
    except OSError as e:
        raise UsageError(f"cannot write {args.output}: {e.strerror}") from e
    return b""


def packed(documents: Sequence[Any]) -> bytes:
    """Return *documents*, compressed; equal documents give equal bytes."""
    return gzip.compress(kubeyaml.dump(documents).encode(), compresslevel=9, mtime=0)


def fill(payload: bytes) -> str:
    """Return the size of *payload*, and its part of the limit, as a sentence."""
    percent = 100 * len(payload) / LIMIT
    return f"secret payload {len(payload)} of {LIMIT} bytes ({percent:.1f} %)"
