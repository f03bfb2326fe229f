"""The outcome table at the API server, row by row, under both failure policies."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import grpc  # type: ignore[import-untyped]
import pytest
import yaml
from secret_manager import NUMBERED, FakeSecretManager, serving

from e2e import bulk, manifests
from e2e.cluster import Cluster, Refused
from e2e.conftest import TOKEN, Serve
from e2e.manifests import injected
from e2e.processes import wait_until
from e2e.registering import registered
from e2e.serving import Served

POLICIES = ("Fail", "Ignore")
TIMEOUT = 2
"""Seconds that the API server waits for the function."""
FAILED = "failed calling webhook"

BROKEN = """\
policy: enabled
templates: {broken: "spec: {containers: [{name: a, image: '{{ values.missing }}'}]}"}
defaultTemplates: [broken]
"""
# One template may not work for long, but many take seconds together.
LABORIOUS = """
    {%- for a in range(300) -%}{%- for b in range(300) -%}{%- endfor -%}{%- endfor %}
    spec: {}
"""
MANY = [f"t{number}" for number in range(1000)]
SLOW = yaml.safe_dump(
    {
        "policy": "enabled",
        "templates": dict.fromkeys(MANY, LABORIOUS),
        "defaultTemplates": MANY,
    }
)


@pytest.fixture(params=POLICIES)
def policy(request: pytest.FixtureRequest) -> str:
    """Return the failurePolicy."""
    return str(request.param)


@pytest.fixture
def space(cluster: Cluster) -> str:
    """Return a namespace whose pods are sent to the function."""
    return cluster.namespace(istio_injection="enabled")


Register = Callable[..., None]


@pytest.fixture
def outcome(cluster: Cluster, policy: str, space: str) -> Callable[[str], float]:
    """Return what creates a pod while calls of a function fail.

    It checks that the policy is kept, and returns the seconds that the pod took.
    """

    def check(url: str) -> float:
        options = (f"--failure-policy={policy}", f"--timeout={TIMEOUT}")
        with registered(cluster, url, *options):
            started = time.monotonic()
            if policy == "Fail":
                with pytest.raises(Refused, match=FAILED):
                    cluster.create(manifests.pod("web", namespace=space))
                taken = time.monotonic() - started
                assert not cluster.pods(space)
            else:
                cluster.create(manifests.pod("web", namespace=space))
                taken = time.monotonic() - started
                assert not injected(cluster.pod(space, "web"))
        return taken

    return check


def test_what_is_answered_does_not_depend_on_the_policy(
    cluster: Cluster, policy: str, function: Served, url: str, space: str
) -> None:
    wish = {"status.sidecar.istio.io/port": "no-port"}
    with registered(cluster, url, f"--failure-policy={policy}"):
        cluster.create(
            manifests.pod("injected", namespace=space),
            manifests.pod("skipped", namespace=space, hostNetwork=True),
        )
        with pytest.raises(Refused, match=r"denied the request: .*no-port"):
            cluster.create(manifests.pod("denied", namespace=space, annotations=wish))

    found = {pod["metadata"]["name"]: injected(pod) for pod in cluster.pods(space)}
    assert found == {"injected": True, "skipped": False}
    decisions = [line["decision"] for line in function.told(space)]
    assert decisions == ["inject", "skip", "deny"]


def configured(serve: Serve, folder: Path, text: str) -> Served:
    """Serve the configuration in *text*."""
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return serve({"CONFIG_FILE": str(file)})


def statuses(served: Served, space: str) -> list[int]:
    """Return the statuses of what was answered about a namespace."""
    return [line["status"] for line in served.told(space)]


def test_a_fault_of_the_operators_is_a_500_and_the_policy_decides(
    outcome: Callable[[str], float], serve: Serve, tmp_path: Path, space: str
) -> None:
    served = configured(serve, tmp_path, BROKEN)

    outcome(served.url)

    assert statuses(served, space) == [500]


def test_a_wrong_token_is_a_404_and_the_policy_decides(
    outcome: Callable[[str], float], function: Served
) -> None:
    before = len(function.lines())

    outcome(f"{function.url}/t/{TOKEN[:-1]}x")

    last = function.lines()[before:]
    assert [(line["status"], line["reason"]) for line in last] == [(404, "wrong_token")]


def test_templates_that_take_too_long_are_a_503_and_the_policy_decides(
    outcome: Callable[[str], float], serve: Serve, tmp_path: Path, space: str
) -> None:
    served = configured(serve, tmp_path, SLOW)

    taken = outcome(served.url)

    # It gives up in time for an answer.
    assert taken < TIMEOUT + 0.5
    (line,) = served.told(space)
    assert (line["status"], line["reason"]) == (503, "out_of_time")


@pytest.fixture
def unreadable() -> Iterator[FakeSecretManager]:
    """Return a Secret Manager that refuses to hand out the configuration."""
    with serving(FakeSecretManager()) as fake:
        fake.code = grpc.StatusCode.PERMISSION_DENIED
        yield fake


def test_a_configuration_that_cannot_be_read_is_asked_for_again_until_time_is_up(
    outcome: Callable[[str], float],
    unreadable: FakeSecretManager,
    serve: Serve,
    space: str,
) -> None:
    served = serve({**unreadable.environ, "CONFIG_SECRET": NUMBERED})

    taken = outcome(served.url)

    # The API server follows Retry-After: 1 for as long as it waits at all.
    assert taken >= TIMEOUT - 0.5
    assert set(statuses(served, space)) == {503}
    assert len(served.told(space)) >= 2


def test_a_configuration_that_comes_in_time_injects_the_pod_after_all(
    cluster: Cluster, policy: str, unreadable: FakeSecretManager, serve: Serve
) -> None:
    served = serve({**unreadable.environ, "CONFIG_SECRET": NUMBERED})
    space = cluster.namespace(istio_injection="enabled")

    def mend() -> None:
        wait_until(lambda: bool(served.told(space)), "the first call")
        unreadable.code = None

    mending = Thread(target=mend)
    with registered(cluster, served.url, f"--failure-policy={policy}", "--timeout=10"):
        mending.start()
        cluster.create(manifests.pod("web", namespace=space))
    mending.join()

    assert injected(cluster.pod(space, "web"))
    assert statuses(served, space)[0] == 503
    assert statuses(served, space)[-1] == 200


def test_a_function_that_is_away_leaves_it_to_the_policy(
    outcome: Callable[[str], float], serve: Serve
) -> None:
    served = serve()
    served.stop()

    taken = outcome(served.url)

    # Refused connections are not tried again.
    assert taken < TIMEOUT


def test_a_function_that_hangs_leaves_it_to_the_policy_when_time_is_up(
    outcome: Callable[[str], float], serve: Serve
) -> None:
    served = serve()
    served.pause()
    try:
        taken = outcome(served.url)
    finally:
        served.resume()

    assert taken >= TIMEOUT


def test_an_answer_that_comes_too_late_does_no_harm(
    cluster: Cluster, outcome: Callable[[str], float], serve: Serve, space: str
) -> None:
    served = serve()
    served.pause()
    outcome(served.url)

    served.resume()

    with registered(cluster, served.url):
        cluster.create(manifests.pod("next", namespace=space))
    assert injected(cluster.pod(space, "next"))


def test_a_process_that_is_killed_in_the_middle_leaves_it_to_the_policy(
    outcome: Callable[[str], float], serve: Serve
) -> None:
    served = serve()
    served.pause()

    def kill() -> None:
        wait_until(lambda: asked(served.port), "a call is under way")
        served.kill()

    killing = Thread(target=kill)
    killing.start()
    outcome(served.url)
    killing.join()

    assert served.process.ended


def asked(port: int) -> bool:
    """Tell whether a connection to *port* is open or waits to be accepted."""
    connected, end = "01", f":{port:04X}"
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    fields = [line.split() for line in lines]
    return any(each[2].endswith(end) and each[3] == connected for each in fields)


def test_a_restart_under_load_rejects_no_pod_and_lets_none_slip_through(
    cluster: Cluster, policy: str, serve: Serve, space: str
) -> None:
    served = serve()
    options = (f"--failure-policy={policy}", f"--timeout={TIMEOUT}")
    with registered(cluster, served.url, *options):
        creating = bulk.Creating(cluster, space, count=200)
        wait_until(lambda: creating.done > 20, "the load has begun")
        served.stop()
        served.start()
        after = creating.done
        wait_until(lambda: creating.done > after + 20, "the load goes on")
        done = creating.enough()

    pods = cluster.pods(space)
    bare = [pod for pod in pods if not injected(pod)]
    assert len(pods) == done.created
    if policy == "Fail":
        assert not bare
        assert all(FAILED in message for message in done.messages)
    else:
        assert not done.messages
        assert bare
    assert len(pods) - len(bare) >= 40
