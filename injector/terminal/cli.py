"""The terminal: ``injector COMMAND``. Data goes to stdout, messages to stderr.

====  ==================================================================
exit  meaning
====  ==================================================================
0     done
1     a pod, a manifest or a configuration is refused; nothing on stdout
2     the command was called in a wrong way
====  ==================================================================
"""

import argparse
import os
import sys
from collections.abc import Sequence

from injector import __version__
from injector.base.errors import InjectorError
from injector.terminal import options
from injector.terminal.commands import explain, inject, pack, validate, webhook
from injector.terminal.streams import Terminal, UsageError

COMMANDS = (inject, explain, validate, webhook, pack)


def main(argv: Sequence[str] | None = None, terminal: Terminal | None = None) -> int:
    """Run the command that *argv* names and return the exit status."""
    if terminal is None:
        terminal = Terminal(
            stdin=sys.stdin.buffer,
            stdout=sys.stdout.buffer,
            stderr=sys.stderr,
            environ=os.environ,
        )
    try:
        args = parser().parse_args(argv)
    except SystemExit as e:
        # argparse has written its message.
        return int(e.code or 0)
    try:
        options.check_stdin(args)
        terminal.write(args.run(args, terminal))
    except UsageError as e:
        terminal.say(f"injector: {e}")
        return 2
    except InjectorError as e:
        terminal.say(str(e))
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return all commands and their options."""
    whole = argparse.ArgumentParser(
        prog="injector", description="A serverless sidecar injector, in the terminal."
    )
    whole.add_argument("--version", action="version", version=__version__)
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return whole
