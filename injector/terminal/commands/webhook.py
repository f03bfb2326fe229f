"""``webhook``: the configuration that registers the function."""

import argparse
from typing import Any

from injector.formats import kubeyaml
from injector.kubernetes import pods
from injector.releases.history import rule
from injector.terminal.commands import options, setup
from injector.terminal.commands.streams import Terminal, UsageError
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
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, terminal: Terminal) -> bytes:
    """Return the configuration as YAML."""
    config = setup.read(chosen, terminal).config
    values = pods.mapping(config.values.get("sidecarInjectorWebhook"))
    every, excluded = chosen.enable_namespaces_by_default, chosen.exclude_namespaces
    reinvocation = chosen.reinvocation_policy or values.get("reinvocationPolicy")
    try:
        url = webhook_url(chosen.url, chosen.path, validating=chosen.validating)
    except ValueError as e:
        raise UsageError(str(e)) from e
    registered = Registration(
        url=url,
        revision=chosen.revision or config.revision,
        every_namespace=(
            values.get("enableNamespacesByDefault") is True if every is None else every
        ),
        by_namespace=rule(config.release, "registers_by_namespace"),
        excluded_namespaces=(
            sorted(config.ignored_namespaces) if excluded is None else excluded
        ),
        failure_policy=chosen.failure_policy,
        timeout=chosen.timeout,
        reinvocation_policy=reinvocation or "Never",
        ca=terminal.read(chosen.ca_file) if chosen.ca_file else b"",
        conditions=dict(chosen.match_condition),
    )
    try:
        registration.check(registered)
    except ValueError as e:
        raise UsageError(str(e)) from e
    if danger := registration.warning(registered):
        terminal.say(f"warning: {danger}")
    document = registration.configuration(registered, validating=chosen.validating)
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
