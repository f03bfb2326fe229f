import gzip
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from folders import TESTDATA
from secret_manager import LATEST, NUMBERED, FakeSecretManager, serving

from injector.base.errors import ConfigError, ConfigUnavailable
from injector.configuration.config import Cluster, Namespace
from injector.loading.loader import FEATURES, Loader, Patience, bundled, load
from injector.loading.sources import FileSource, Payload
from injector.memory.memory import Remembering
from injector.pipeline.injector import Injector
from injector.releases.release import NEWEST, Release

CONFIGS = TESTDATA / "config"
INVALID = sorted((CONFIGS / "invalid").glob("*.yaml"))


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Log(list[Mapping[str, Any]]):
    @property
    def told(self) -> list[tuple[str, str]]:
        return [(record["severity"], record["reason"]) for record in self]


class Sluggish:
    """A source that is never there in time."""

    name = "sluggish"
    moves = False

    def __init__(self) -> None:
        self.asked: list[float] = []

    def read(self, seconds: float) -> Payload:
        self.asked.append(seconds)
        raise ConfigUnavailable("too slow")

    def read_file(self, path: str) -> str:
        raise NotImplementedError(path)


SHORT = Patience(start=0.5, request=2, refresh=2)
"""Short where a reading is to fail; a busy machine takes a while for one that works."""

LOADED = ("INFO", "config_loaded")
UNAVAILABLE = ("ERROR", "config_unavailable")
WRONG = ("ERROR", "config_wrong")


@pytest.fixture
def fake() -> Iterator[FakeSecretManager]:
    with serving(FakeSecretManager()) as fake:
        yield fake


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log() -> Log:
    return Log()


def config(injector: Any) -> Any:
    return injector.config


def policy(injector: Any) -> Any:
    return config(injector).policy


def test_a_document_may_say_all_that_there_is_to_say() -> None:
    found = load({}, FileSource(CONFIGS / "valid" / "everything.yaml"))

    assert found.policy == "enabled"
    assert found.templates["logs"].render({}) == {
        "spec": {"containers": [{"name": "logs", "image": "logs"}]}
    }
    assert found.templates["proxy"].render({}) == {
        "spec": {"containers": [{"name": "proxy", "image": "proxy"}]}
    }
    assert found.default_templates == ("both",)
    assert found.aliases == {"both": ("logs", "proxy")}
    assert [str(s) for s in found.never_inject_selectors] == ["app=db"]
    assert [str(s) for s in found.always_inject_selectors] == [
        "tier in (front,back),!batch"
    ]
    assert found.injected_annotations == {"example.com/injected": "true"}
    assert found.ignored_namespaces == {"kube-system"}
    assert found.values == {"image": {"hub": "example.com", "tag": "1"}}
    assert found.mesh == ({"defaultConfig": {"discoveryAddress": "istiod:15012"}},)
    assert found.revision == "canary"
    assert found.release == Release(1, 20, 3)
    assert found.features == {"ENABLE_NATIVE_SIDECARS": "true", "PLATFORM": "openshift"}
    range_ = {"openshift.io/sa.scc.uid-range": "1000/10"}
    shop = Namespace(labels={"team": "red"}, annotations=range_)
    east = Cluster(nodes={"node-1": "v1.33.1"}, namespaces={"shop": shop})
    assert found.clusters == {"east": east, "west": Cluster()}
    assert found.istio


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_every_problem_of_a_document_is_reported_at_once(file: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load({}, FileSource(file))

    expected = file.with_suffix(".txt")
    assert str(caught.value) + "\n" == expected.read_text()


def test_the_bundled_configuration_is_the_default() -> None:
    found = load({})

    assert found.policy == "enabled"
    assert sorted(found.templates) == ["gateway", "sidecar"]
    assert found.default_templates == ("sidecar",)
    assert found.release == Release(1, 30)
    assert found.istio


def test_a_file_of_one_line_changes_the_bundled_configuration(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("policy: disabled\n")

    found = load({"CONFIG_FILE": str(file)})

    assert found.policy == "disabled"
    assert found.values == load({}).values
    assert sorted(found.templates) == ["gateway", "sidecar"]


def test_the_bundled_templates_are_texts() -> None:
    assert all(isinstance(text, str) for text in bundled()["templates"].values())


def test_of_the_environment_only_named_features_are_read(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("features: {PLATFORM: ''}\n")
    environ = dict.fromkeys((*FEATURES, "HOME", "PATH_TOKENS"), "x")

    found = load({**environ, "CONFIG_FILE": str(file)})

    assert set(found.features) == {*FEATURES} - {"PLATFORM"}


def test_a_wrong_configuration_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("polcy: enabled\n")

    with pytest.raises(ConfigError, match=r"^polcy: unknown key, want one of policy, "):
        Loader({"CONFIG_FILE": str(file)})


def test_a_configuration_is_loaded_once_and_told(tmp_path: Path, log: Log) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("policy: disabled\n")
    loads = Loader({"CONFIG_FILE": str(file)}, log.append)
    file.write_text("policy: enabled\n")

    injector = loads.current()

    assert policy(injector) == "disabled"
    assert loads.current() is injector
    assert log == [
        {
            "severity": "INFO",
            "reason": "config_loaded",
            "message": "the configuration is loaded",
            "source": str(file),
            "version": "",
            "config": config(injector).digest,
        }
    ]


def test_a_release_newer_than_the_newest_is_told(tmp_path: Path, log: Log) -> None:
    file = tmp_path / "config.yaml"
    file.write_text('release: "9.99"\n', encoding="utf-8")

    Loader({"CONFIG_FILE": str(file)}, log.append)

    assert log.told == [LOADED, ("WARNING", "release_newer")]
    assert log[1]["message"] == (
        f"release: is '9.99', which is newer than {NEWEST}, the newest release that is "
        f"known: taken as {NEWEST}"
    )


def test_nothing_need_be_told_to_anybody() -> None:
    assert policy(Loader({}).current()) == "enabled"


def test_a_numbered_version_is_read_once(
    fake: FakeSecretManager, clock: Clock, log: Log
) -> None:
    fake.data = gzip.compress(b"policy: disabled\n")
    environ = {**fake.environ, "CONFIG_SECRET": NUMBERED}

    loads = Loader(environ, log.append, clock=clock)
    clock.now += 1e6

    assert policy(loads.current()) == "disabled"
    assert fake.asked == [NUMBERED]
    assert log.told == [LOADED]
    assert log[0]["version"] == "3"


def test_a_numbered_version_is_never_read_again_and_that_is_told(
    fake: FakeSecretManager, clock: Clock, log: Log
) -> None:
    environ = {
        **fake.environ,
        "CONFIG_SECRET": NUMBERED,
        "CONFIG_REFRESH_SECONDS": "10",
    }
    loads = Loader(environ, log.append, clock=clock)
    clock.now += 11

    loads.current()

    assert fake.asked == [NUMBERED]
    assert log.told == [("WARNING", "config_never_refreshed"), LOADED]
    assert log[0]["message"] == (
        "CONFIG_REFRESH_SECONDS has no effect: this source never changes"
    )


def test_the_latest_version_is_read_once_without_a_refresh(
    fake: FakeSecretManager, clock: Clock
) -> None:
    loads = Loader({**fake.environ, "CONFIG_SECRET": LATEST}, clock=clock)
    clock.now += 1e6

    loads.current()

    assert fake.asked == [LATEST]


def test_a_secret_cannot_name_files(fake: FakeSecretManager) -> None:
    fake.data = b"templates: {sidecar: {file: a.j2}}"

    with pytest.raises(ConfigError) as caught:
        Loader({**fake.environ, "CONFIG_SECRET": NUMBERED})

    assert str(caught.value) == (
        "templates.sidecar.file: 'a.j2' cannot be read, nothing lies beside a secret: "
        "write the template's text in its place"
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"policy: maybe", None), (b"", grpc.StatusCode.NOT_FOUND)],
    ids=["nonsense", "not found"],
)
def test_a_secret_that_is_wrong_or_missing_stops_the_start(
    data: bytes, code: Any, fake: FakeSecretManager
) -> None:
    fake.data, fake.code = data, code

    with pytest.raises(ConfigError):
        Loader({**fake.environ, "CONFIG_SECRET": NUMBERED})


FAILURES = [
    {"code": grpc.StatusCode.UNAVAILABLE},
    {"code": grpc.StatusCode.PERMISSION_DENIED},
    {"seconds": 30},
    {"corrupt": True},
]
failing = pytest.mark.parametrize(
    "failure", FAILURES, ids=["unavailable", "permission denied", "slow", "corrupt"]
)


def behave(fake: FakeSecretManager, failure: Mapping[str, Any]) -> None:
    for name, value in failure.items():
        setattr(fake, name, value)


def recover(fake: FakeSecretManager) -> None:
    fake.code, fake.seconds, fake.corrupt = None, 0, False


@failing
def test_a_start_without_the_secret_goes_on_and_the_next_request_tries_again(
    failure: Mapping[str, Any], fake: FakeSecretManager, log: Log
) -> None:
    behave(fake, failure)
    loads = Loader(
        {**fake.environ, "CONFIG_SECRET": NUMBERED}, log.append, patience=SHORT
    )
    with pytest.raises(ConfigUnavailable):
        loads.current()

    recover(fake)

    assert policy(loads.current()) == "enabled"
    assert log.told == [UNAVAILABLE, LOADED]


def test_what_a_late_reading_finds_may_be_wrong(fake: FakeSecretManager) -> None:
    fake.code = grpc.StatusCode.PERMISSION_DENIED
    loads = Loader({**fake.environ, "CONFIG_SECRET": NUMBERED})
    recover(fake)
    fake.data = b"policy: maybe"

    with pytest.raises(ConfigError, match=r"^policy: is 'maybe', want "):
        loads.current()


def test_requests_that_wait_for_the_same_try_do_not_repeat_it(
    fake: FakeSecretManager,
) -> None:
    fake.seconds = 30
    environ = {**fake.environ, "CONFIG_SECRET": NUMBERED}
    loads = Loader(environ, patience=SHORT)
    started = time.monotonic()

    outcomes = together(loads, 8)

    assert outcomes == ["unavailable"] * 8
    assert time.monotonic() - started < 8 * SHORT.request


def test_requests_that_wait_for_the_same_try_share_what_it_finds(
    fake: FakeSecretManager,
) -> None:
    fake.code = grpc.StatusCode.PERMISSION_DENIED
    loads = Loader({**fake.environ, "CONFIG_SECRET": NUMBERED})
    recover(fake)
    fake.seconds = 0.1
    fake.asked.clear()

    outcomes = together(loads, 8)

    assert outcomes == ["enabled"] * 8
    assert fake.asked == [NUMBERED]


def together(loads: Loader, threads: int) -> list[str]:
    outcomes: list[str] = []
    barrier = threading.Barrier(threads)

    def ask() -> None:
        barrier.wait()
        try:
            outcomes.append(policy(loads.current()))
        except ConfigUnavailable:
            outcomes.append("unavailable")

    asking = [threading.Thread(target=ask) for _ in range(threads)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    return outcomes


@pytest.fixture
def refreshed(fake: FakeSecretManager, clock: Clock, log: Log) -> Loader:
    environ = {
        **fake.environ,
        "CONFIG_SECRET": LATEST,
        "CONFIG_REFRESH_SECONDS": "60",
    }
    loads = Loader(
        environ, log.append, patience=Patience(refresh=SHORT.refresh), clock=clock
    )
    log.clear()
    fake.asked.clear()
    return loads


def test_the_latest_version_is_read_again_when_it_is_due(
    refreshed: Loader, fake: FakeSecretManager, clock: Clock, log: Log
) -> None:
    fake.data, fake.version = b"policy: disabled", "4"
    clock.now += 59
    before = policy(refreshed.current())
    clock.now += 2

    after = policy(refreshed.current())

    assert (before, after) == ("enabled", "disabled")
    assert fake.asked == [LATEST]
    assert log.told == [LOADED]
    assert log[0]["version"] == "4"


def test_a_version_that_did_not_change_is_not_built_again(
    refreshed: Loader, fake: FakeSecretManager, clock: Clock, log: Log
) -> None:
    before = refreshed.current()
    clock.now += 61

    assert refreshed.current() is before
    assert refreshed.current() is before
    assert fake.asked == [LATEST]
    assert log == []


@failing
def test_the_last_good_configuration_stays_when_the_new_one_cannot_be_read(
    failure: Mapping[str, Any],
    refreshed: Loader,
    fake: FakeSecretManager,
    clock: Clock,
    log: Log,
) -> None:
    fake.data = b"policy: disabled"
    behave(fake, failure)
    clock.now += 61
    started = time.monotonic()

    during = policy(refreshed.current())

    assert during == "enabled"
    assert time.monotonic() - started < 3 * SHORT.refresh
    assert log.told == [UNAVAILABLE]
    assert log[0]["message"].startswith(
        f"the last good configuration stays: {LATEST}: "
    )
    recover(fake)
    clock.now += 61
    assert policy(refreshed.current()) == "disabled"
    assert log.told == [UNAVAILABLE, LOADED]


@pytest.mark.parametrize(
    "data",
    [
        b"policy: maybe",
        b"a: [",
        b"\xff",
        b"",
        b"\x1f\x8bnothing",
        b"templates: {sidecar: '{{'}",
        b"mesh: {defaultConfig: 3}",
    ],
)
def test_the_last_good_configuration_stays_when_the_new_one_is_wrong(
    data: bytes, refreshed: Loader, fake: FakeSecretManager, clock: Clock, log: Log
) -> None:
    good, fake.data = fake.data, data
    clock.now += 61

    during = refreshed.current()

    assert policy(during) == "enabled"
    assert log.told == [WRONG]
    fake.data = good
    clock.now += 61
    assert refreshed.current() is during
    assert log.told == [WRONG]


def test_a_version_that_is_gone_leaves_the_last_good_configuration(
    refreshed: Loader, fake: FakeSecretManager, clock: Clock, log: Log
) -> None:
    fake.code = grpc.StatusCode.NOT_FOUND
    clock.now += 61

    assert policy(refreshed.current()) == "enabled"
    assert log.told == [WRONG]


def test_a_reading_takes_no_longer_than_the_caller_waits() -> None:
    source = Sluggish()
    loads = Loader({}, source=source)

    with pytest.raises(ConfigUnavailable):
        loads.current(0.2)
    with pytest.raises(ConfigUnavailable):
        loads.current()

    assert source.asked == [10, 0.2, 2]


def test_the_log_says_where_a_new_configuration_is_wrong_and_quotes_no_value(
    refreshed: Loader, fake: FakeSecretManager, clock: Clock, log: Log
) -> None:
    fake.data = b"policy: hunter2\nvalues: {}\nsecret: hunter3\n"
    clock.now += 61

    refreshed.current()

    assert log[-1]["message"] == (
        "the last good configuration stays: problems at secret, policy"
    )


def test_after_a_failure_the_next_reading_waits_its_turn(
    refreshed: Loader, fake: FakeSecretManager, clock: Clock
) -> None:
    fake.code = grpc.StatusCode.PERMISSION_DENIED
    clock.now += 61

    for _ in range(5):
        refreshed.current()

    assert fake.asked == [LATEST]


def test_only_one_request_refreshes_and_the_others_go_on(
    refreshed: Loader, fake: FakeSecretManager, clock: Clock
) -> None:
    fake.data, fake.seconds = b"policy: disabled", 0.3
    clock.now += 61

    outcomes = together(refreshed, 8)

    assert (outcomes[0], outcomes[-1]) == ("enabled", "disabled")
    assert fake.asked == [LATEST]


def test_whatever_goes_wrong_in_a_refresh_the_last_good_configuration_stays(
    clock: Clock, log: Log
) -> None:
    class Odd:
        name = "odd"
        moves = True
        error: Exception | None = None

        def read(self, seconds: float) -> Payload:
            assert seconds > 0
            if self.error:
                raise self.error
            return Payload(data=b"{}")

        def read_file(self, path: str) -> str:
            raise AssertionError(path)

    source = Odd()
    loads = Loader(
        {"CONFIG_REFRESH_SECONDS": "1"}, log.append, source=source, clock=clock
    )
    source.error = RuntimeError("a secret")
    clock.now += 2

    assert policy(loads.current()) == "enabled"
    assert log[-1]["message"] == "the last good configuration stays: RuntimeError"


def test_memory_is_on_unless_the_environment_says_otherwise() -> None:
    for said, wanted in (
        ({}, Remembering),
        ({"MEMORY": ""}, Remembering),
        ({"MEMORY": "on"}, Remembering),
        ({"MEMORY": "off"}, Injector),
    ):
        assert type(Loader(said).current()) is wanted


@pytest.mark.parametrize("said", ["no", "0", "OFF", "on "])
def test_a_word_that_says_nothing_of_memory_stops_the_start(said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        Loader({"MEMORY": said})

    assert str(raised.value) == f"MEMORY: is {said!r}, want 'on' or 'off'"
