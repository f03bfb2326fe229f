"""``webhook``: prints the webhook configuration that registers the function."""

import argparse
from typing import Any

from injector.formats import kubeyaml
from injector.kubernetes import pods
from injector.releases.history import rule
from injector.terminal import configuration, options
from injector.terminal.streams import Terminal, UsageError
from injector.wire import registration
from injector.wire.registration import Registration
from injector.wire.webhook_url import webhook_url


def add(commands: Any) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "webhook",
        parents=[options.configured()],
        help="print the webhook configuration that registers the function",
        description="Print the MutatingWebhookConfiguration that registers the "
        "function with an API server, or the ValidatingWebhookConfiguration.",
    )
    parser.set_defaults(run=run)
    add_option = parser.add_argument
    add_option(
        "--url", required=True, help="where the function is, https://HOST[/PATH]"
    )
    add_option(
        "--path",
        default="",
        help="what comes after the URL, such as /inject/cluster/CLUSTER/net/NETWORK",
    )
    add_option(
        "--validating",
        action="store_true",
        help="print the configuration of the webhook that validates",
    )
    add_option("--revision", help="default: the configuration's")
    add_option(
        "--enable-namespaces-by-default",
        action=argparse.BooleanOptionalAction,
        help="send pods of namespaces that say nothing too; default: "
        "sidecarInjectorWebhook.enableNamespacesByDefault in the configuration",
    )
    _add_call_options(parser)


def _add_call_options(parser: argparse.ArgumentParser) -> None:
    """Add the options about the calls of the webhook."""
    add_option = parser.add_argument
    add_option("--failure-policy", choices=("Ignore", "Fail"), default="Ignore")
    add_option(
        "--reinvocation-policy",
        choices=("Never", "IfNeeded"),
        help="default: sidecarInjectorWebhook.reinvocationPolicy in the configuration, "
        "else Never",
    )
    add_option(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        default=registration.TIMEOUT,
        help="1 to 30, default: %(default)s",
    )
    add_option(
        "--ca-file",
        metavar="FILE",
        help="certificates to trust, PEM; default: those of public authorities",
    )
    add_option(
        "--exclude-namespaces",
        type=lambda text: [name for name in text.split(",") if name],
        metavar="NAME,...",
        help="default: the configuration's ignoredNamespaces",
    )
    add_option(
        "--match-condition",
        type=_condition,
        action="append",
        default=[],
        metavar="NAME=CEL",
        help="send only pods for which this is true; may be repeated",
    )


def run(args: argparse.Namespace, terminal: Terminal) -> bytes:
    """Return the webhook configuration as YAML."""
    config = configuration.read(args, terminal).config
    values = pods.mapping(config.values.get("sidecarInjectorWebhook"))
    every, excluded = args.enable_namespaces_by_default, args.exclude_namespaces
    reinvocation = args.reinvocation_policy or values.get("reinvocationPolicy")
    try:
        url = webhook_url(args.url, args.path, validating=args.validating)
    except ValueError as e:
        raise UsageError(str(e)) from e
    settings = Registration(
        url=url,
        revision=args.revision or config.revision,
        every_namespace=(
            values.get("enableNamespacesByDefault") is True if every is None else every
        ),
        by_namespace=rule(config.release, "registers_by_namespace"),
        excluded_namespaces=(
            sorted(config.ignored_namespaces) if excluded is None else excluded
        ),
        failure_policy=args.failure_policy,
        timeout=args.timeout,
        reinvocation_policy=reinvocation or "Never",
        ca=terminal.read(args.ca_file) if args.ca_file else b"",
        conditions=dict(args.match_condition),
    )
    try:
        registration.check(settings)
    except ValueError as e:
        raise UsageError(str(e)) from e
    if warning := registration.warning(settings):
        terminal.say(f"warning: {warning}")
    document = registration.configuration(settings, validating=args.validating)
    return kubeyaml.dump([document]).encode()


def _seconds(text: str) -> int:
    if not text.isdecimal() or int(text) not in range(1, 31):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 30")
    return int(text)


def _condition(text: str) -> tuple[str, str]:
    name, equals, expression = text.partition("=")
    if not (name and equals and expression):
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=CEL")
    return name, expression
