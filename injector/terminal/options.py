"""Options that several commands have."""

import argparse

from injector.terminal.streams import STDIN, UsageError


def configured() -> argparse.ArgumentParser:
    """Return the options of commands that use a configuration."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="the configuration, - is stdin; default: what CONFIG_SECRET or "
        "CONFIG_FILE names, else the bundled one",
    )
    return parser


def with_manifests() -> argparse.ArgumentParser:
    """Return the options of commands that read manifests."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "-f",
        "--filename",
        action="append",
        metavar="FILE",
        help="manifests, - is stdin and the default; may be repeated",
    )
    parser.add_argument(
        "-n",
        "--namespace",
        default="",
        metavar="NAME",
        help="the namespace of manifests that name none",
    )
    parser.add_argument(
        "--path",
        default="/inject",
        help="the path that the webhook would have been called by, such as "
        "/inject/cluster/CLUSTER/net/NETWORK",
    )
    return parser


def check_stdin(args: argparse.Namespace) -> None:
    """Raise a UsageError if two options read the standard input."""
    values = vars(args)
    names = [values["config"], values.get("webhooks")]
    if "filename" in values:
        names += values["filename"] or [STDIN]
    if names.count(STDIN) > 1:
        raise UsageError(
            "the standard input can be read once: name a file in its place"
        )


def labels(text: str) -> dict[str, str]:
    """Return the labels in *text*, such as ``a=b,c=d``."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    for key, equals, _ in pairs:
        if not (key.strip() and equals):
            raise argparse.ArgumentTypeError(f"{text!r} is no list of KEY=VALUE")
    return {key.strip(): value.strip() for key, _, value in pairs}
