import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import TIMEOUT_MAX
from typing import Any

import pytest

from injector.base.errors import (
    ConfigError,
    ConfigUnavailable,
    ImpossibleValue,
    MergeError,
    OutOfTime,
    PodError,
    Problem,
    TemplateError,
    UnprovedPatch,
)
from injector.pipeline.interface import Injection
from injector.web.function import LARGE, Call, Function, patience
from injector.web.replies import Reply
from injector.wire.address import Address, Tokens

MakeReview = Callable[..., dict[str, Any]]
GOOD, BAD = "k7Qw-3q2_7wSECRETtoken-A", "k7Qw-3q2_7wSECRETtoken-B"
TRACE = "0123456789abcdef0123456789abcdef"


@dataclass(kw_only=True)
class Fake:
    """A loader, and its injector: skips each pod, or raises what it was given."""

    current_raises: Exception | None = None
    inject_raises: Exception | None = None
    asked: list[Address] = field(default_factory=list)

    def current(self, seconds: float) -> "Fake":  # noqa: ARG002 - as loaders do
        if self.current_raises:
            raise self.current_raises
        return self

    def inject(
        self,
        pod: Mapping[str, Any],
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        assert namespace == "shop"
        checkpoint()
        self.asked.append(address)
        if self.inject_raises:
            raise self.inject_raises
        return Injection(
            inject=False,
            reason="policy_disabled",
            sentence="the policy injects only pods that ask for it",
            pod=dict(pod),
            template_pod={},
            operations=[],
            templates=(),
            workload={"kind": "Deployment", "name": "web"},
            warnings=(),
            digest="0123abcd",
        )

    outcome = inject

    def differences(self) -> tuple[()]:
        return ()


@dataclass(kw_only=True)
class Served:
    """A reply, and the one line that was written about it."""

    reply: Reply
    line: dict[str, Any]


def serve(
    document: Any,
    *,
    fake: Fake | None = None,
    method: str = "POST",
    path: str = "/inject",
    **options: Any,
) -> Served:
    lines: list[Mapping[str, Any]] = []
    settings = {"tokens", "denies", "project", "clock"} & options.keys()
    function = Function(
        loader=fake or Fake(),
        write=lines.append,
        **{name: options.pop(name) for name in settings},
    )
    body = json.dumps(document).encode()
    call = Call(method=method, path=path, read=lambda limit: body[:limit], **options)

    reply = function.serve(call)

    (line,) = lines
    return Served(reply=reply, line=dict(line))


def ticks(*seconds: float) -> Callable[[], float]:
    """Return a clock that shows one time after the other, then stays."""

    def run() -> Iterator[float]:
        yield from seconds
        while True:
            yield seconds[-1]

    clock = run()
    return lambda: next(clock)


def test_a_review_is_answered_and_logged(review: MakeReview) -> None:
    served = serve(
        review(),
        path="/inject/cluster/c1",
        project="p-1",
        headers={"X-Cloud-Trace-Context": f"{TRACE}/255"},
        clock=ticks(1, 1.0125),
    )

    assert served.reply.status == 200
    assert served.reply.content_type == "application/json"
    assert json.loads(served.reply.body)["response"]["allowed"] is True
    assert served.line == {
        "severity": "INFO",
        "message": "the policy injects only pods that ask for it",
        "status": 200,
        "milliseconds": 12.5,
        "endpoint": "inject",
        "uid": "0d24ab0c-cd99-44da-9d86-c4195ff5e87a",
        "cluster": "c1",
        "namespace": "shop",
        "workload": "Deployment/web",
        "decision": "skip",
        "reason": "policy_disabled",
        "templates": "",
        "operations": 0,
        "config": "0123abcd",
        "logging.googleapis.com/trace": f"projects/p-1/traces/{TRACE}",
        "logging.googleapis.com/spanId": "00000000000000ff",
    }


def test_the_injector_gets_the_address(review: MakeReview) -> None:
    fake = Fake()

    serve(review(), fake=fake, path="/inject/net/n1/zone/z")

    (asked,) = fake.asked
    assert (asked.network, asked.variables) == ("n1", {"ZONE": "z"})
    assert asked.elements == ("net", "n1", "zone", "z")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_probe_is_ok(method: str) -> None:
    served = serve(None, method=method, path="/")

    assert served.reply == Reply(status=200, body=b"ok\n")
    assert served.line["severity"] == "DEBUG"
    assert served.line["reason"] == "probe"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "X"])
def test_another_method_is_refused(method: str) -> None:
    served = serve(None, method=method)

    assert served.reply == Reply(
        status=405, body=b"the method is not POST\n", headers={"Allow": "POST"}
    )
    assert served.line["reason"] == "wrong_method"
    assert served.line["decision"] == "none"


@pytest.mark.parametrize("path", ["/", "/injectx", f"/{GOOD}/inject"])
def test_an_unknown_path_is_not_found(review: MakeReview, path: str) -> None:
    served = serve(review(), path=path)

    assert served.reply == Reply(status=404)
    assert served.line["reason"] == "unknown_path"
    assert GOOD not in str(served.line)


@pytest.mark.parametrize("path", ["/inject", f"/t/{BAD}/inject", f"/t/{GOOD}x/inject"])
def test_without_its_token_a_path_is_not_found(review: MakeReview, path: str) -> None:
    served = serve(review(), path=path, tokens=Tokens.from_text(json.dumps([GOOD])))

    assert served.reply == Reply(status=404)
    assert served.line["reason"] == "wrong_token"
    assert BAD not in str(served.line)


def test_a_token_opens_the_path_and_is_not_logged(review: MakeReview) -> None:
    tokens = Tokens.from_text(json.dumps([GOOD]))

    served = serve(review(), path=f"/t/{GOOD}/inject", tokens=tokens)

    assert served.reply.status == 200
    assert GOOD not in str(served.line)


def not_to_be_read(limit: int) -> bytes:
    raise AssertionError(f"{limit} bytes are read")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"path": "/inject"}, 404),
        ({"path": "/x"}, 404),
        ({"method": "PUT"}, 405),
        ({"length": 6 * 2**20 + 1}, 413),
        ({"headers": {"Content-Type": "text/plain"}}, 415),
    ],
)
def test_the_body_is_not_read_before_all_else_is_right(
    changes: dict[str, Any], status: int
) -> None:
    fields: dict[str, Any] = {
        "method": "POST",
        "path": f"/t/{GOOD}/inject",
        "read": not_to_be_read,
    }
    function = Function(
        loader=Fake(),
        tokens=Tokens.from_text(json.dumps([GOOD])),
        write=lambda _: None,
    )

    assert function.serve(Call(**(fields | changes))).status == status


def test_a_body_of_unknown_length_is_read_up_to_the_limit() -> None:
    served = serve("x" * 6 * 2**20)

    assert served.reply.status == 413
    assert served.reply.body == b"the body is longer than 6291456 bytes\n"
    assert served.line["reason"] == "body_too_long"


def test_a_broken_review_is_refused() -> None:
    served = serve([])

    assert served.reply.status == 400
    assert served.reply.body == b"the body: is a list, want a mapping\n"
    assert served.line["severity"] == "WARNING"
    assert served.line["reason"] == "bad_review"
    assert served.line["message"] == "the body: is a list, want a mapping"


def test_another_content_type_is_refused(review: MakeReview) -> None:
    served = serve(review(), headers={"Content-Type": "application/yaml"})

    assert served.reply.status == 415
    assert served.line["reason"] == "not_json"


def test_a_denial_is_an_answer(review: MakeReview) -> None:
    served = serve(review(), fake=Fake(inject_raises=PodError("no port")))

    assert served.reply.status == 200
    assert json.loads(served.reply.body)["response"]["allowed"] is False
    assert served.line["decision"] == "deny"


def test_without_a_configuration_the_caller_tries_again(review: MakeReview) -> None:
    fake = Fake(current_raises=ConfigUnavailable("projects/p/secrets/hunter2"))

    served = serve(review(), fake=fake)

    assert served.reply == Reply(
        status=503,
        body=b"the configuration cannot be read just now\n",
        headers={"Retry-After": "1"},
    )
    assert served.line["severity"] == "WARNING"
    assert served.line["reason"] == "config_unavailable"
    assert served.line["uid"] == "0d24ab0c-cd99-44da-9d86-c4195ff5e87a"


@pytest.mark.parametrize(
    ("error", "reason", "message"),
    [
        (
            TemplateError("template 'sidecar', line 7: {{ x }}: 'hunter2' is bad"),
            "template_failed",
            "template 'sidecar', line 7 fails",
        ),
        (TemplateError("hunter2"), "template_failed", "a template fails"),
        (
            TemplateError("template 'sidecar': 'hunter2, line 5' is bad"),
            "template_failed",
            "template 'sidecar' fails",
        ),
        (
            TemplateError("template \"it's\", line 7: 'hunter2' is bad"),
            "template_failed",
            'template "it\'s", line 7 fails',
        ),
        (
            TemplateError('template: sidecar:12:8: executing "x" at <.a>: hunter2'),
            "template_failed",
            "template 'sidecar', line 12 fails",
        ),
        (
            TemplateError("template: sidecar:12: unexpected hunter2 in operand"),
            "template_failed",
            "template 'sidecar', line 12 fails",
        ),
        (
            TemplateError("template: sidecar: too much: hunter2:5: x"),
            "template_failed",
            "template 'sidecar' fails",
        ),
        (
            TemplateError("no template named 'envoy', have: hunter2"),
            "template_failed",
            "no template named 'envoy'",
        ),
        (MergeError("hunter2"), "merge_failed", "an overlay cannot be merged"),
        (
            UnprovedPatch("hunter2"),
            "unproved_patch",
            "the patch does not give the pod that was built",
        ),
        (
            ImpossibleValue("hunter2"),
            "unproved_patch",
            "a template makes a field of an impossible type",
        ),
        (KeyError("hunter2"), "crashed", "the injection failed"),
        (RecursionError("hunter2"), "crashed", "the injection failed"),
    ],
)
def test_a_fault_of_ours_says_little_and_tells_where(
    review: MakeReview, error: Exception, reason: str, message: str
) -> None:
    served = serve(review(), fake=Fake(inject_raises=error))

    assert served.reply == Reply(
        status=500, body=b"injection failed, see the function's log\n"
    )
    assert served.line["severity"] == "ERROR"
    assert served.line["uid"] == "0d24ab0c-cd99-44da-9d86-c4195ff5e87a"
    assert served.line["decision"] == "none"
    assert served.line["reason"] == reason
    assert served.line["message"] == message
    assert served.line["error"] == type(error).__name__
    assert "test_function.py" in served.line["stack"]
    assert "hunter2" not in str(served.line)


def test_a_configuration_that_turns_out_wrong_is_a_fault_of_ours(
    review: MakeReview,
) -> None:
    fake = Fake(current_raises=ConfigError([Problem("policy", "is 'hunter2'")]))

    served = serve(review(), fake=fake)

    assert served.reply.status == 500
    assert served.line["reason"] == "config_wrong"
    assert "hunter2" not in str(served.line)


def test_an_answer_in_time_is_given(review: MakeReview) -> None:
    served = serve(review(), timeout="1s", clock=ticks(10, 10.94))

    assert served.reply.status == 200


@pytest.mark.parametrize("late_at", [2, 3, 4])
def test_an_answer_that_would_come_late_is_given_up_before(
    review: MakeReview, late_at: int
) -> None:
    clock = ticks(*[10] * (late_at - 1), 10.951)

    served = serve(review(), timeout="1s", clock=clock)

    assert served.reply == Reply(
        status=503, body=b"there is no time left for an answer\n"
    )
    assert served.line["reason"] == "out_of_time"
    assert served.line["uid"] == "0d24ab0c-cd99-44da-9d86-c4195ff5e87a"


@dataclass(kw_only=True)
class FakeTurn:
    """A turn that is had, or not; holds what happened, in order."""

    free: bool = True
    happened: list[Any] = field(default_factory=list)

    def acquire(self, *, timeout: float) -> bool:
        self.happened.append(timeout)
        return self.free

    def release(self) -> None:
        self.happened.append("released")

    def reading(self, body: bytes) -> Callable[[int], bytes]:
        def read(limit: int) -> bytes:
            self.happened.append("read")
            return body[:limit]

        return read


def served_large(
    turn: FakeTurn, document: Any, *, size: int = LARGE + 1, timeout: str = ""
) -> Reply:
    body = json.dumps(document).encode()
    function = Function(
        loader=Fake(), turn=turn, write=lambda _: None, clock=ticks(10, 10.5)
    )
    read = turn.reading(body + b" " * (size - len(body)))
    call = Call(method="POST", path="/inject", timeout=timeout, read=read)
    return function.serve(call)


def test_a_large_body_is_worked_on_in_its_turn_and_read_before_it(
    review: MakeReview,
) -> None:
    turn = FakeTurn()

    reply = served_large(turn, review(), timeout="2s")

    assert reply.status == 200
    assert turn.happened == ["read", pytest.approx(1.45), "released"]


def test_a_large_body_that_is_none_gives_the_turn_back() -> None:
    turn = FakeTurn()

    assert served_large(turn, []).status == 400
    assert turn.happened == ["read", TIMEOUT_MAX, "released"]


def test_a_small_body_waits_for_nobody(review: MakeReview) -> None:
    turn = FakeTurn(free=False)

    assert served_large(turn, review(), size=LARGE).status == 200
    assert turn.happened == ["read"]


def test_a_large_body_waits_no_longer_than_its_caller(review: MakeReview) -> None:
    turn = FakeTurn(free=False)

    reply = served_large(turn, review(), timeout="100ms")

    assert reply == Reply(status=503, body=b"there is no time left for an answer\n")
    assert turn.happened == ["read", 0]


def test_an_injector_may_run_out_of_time_by_itself(review: MakeReview) -> None:
    served = serve(review(), fake=Fake(inject_raises=OutOfTime("late")))

    assert served.reply.status == 503
    assert "Retry-After" not in served.reply.headers


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [
        ("10s", 10),
        ("500ms", 0.5),
        ("1m30s", 90),
        ("1h", 3600),
        ("1.5s", 1.5),
        ("2.s", 2),
        ("3us2µs5ns", 5.005e-6),
        ("", math.inf),
        ("10", math.inf),
        ("0s", math.inf),
        ("-1s", math.inf),
        ("s", math.inf),
        ("10s ", math.inf),
        ("forever", math.inf),
        ("9" * 400 + "s", math.inf),
    ],
)
def test_a_caller_waits_as_long_as_it_says(timeout: str, seconds: float) -> None:
    assert patience(timeout) == pytest.approx(seconds)


@pytest.mark.parametrize("denies", [False, True])
def test_validation_warns_or_denies(review: MakeReview, *, denies: bool) -> None:
    served = serve(
        review(),
        fake=Fake(inject_raises=PodError("no port")),
        path="/validate",
        denies=denies,
    )

    assert json.loads(served.reply.body)["response"]["allowed"] is not denies
    assert served.line["endpoint"] == "validate"
