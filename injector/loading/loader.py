"""Loads the configuration, and reads it again as often as the environment says.

A wrong configuration ends the start. One that cannot be read does not: the next request
tries again. A version that moves is read again during a request, since platforms give a
function no time between requests; if the new one is wrong or cannot be read, the last
good one stays.
"""

import math
import time
from collections.abc import Callable, Mapping
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

from injector.base.errors import ConfigError, ConfigUnavailable
from injector.bundled import compiled
from injector.configuration import config, document
from injector.configuration.config import Config, Template
from injector.istio.mesh import mesh_config
from injector.loading import products
from injector.loading.sources import (
    BUNDLED,
    FileSource,
    Source,
    choose,
    refresh_seconds,
    word,
)
from injector.memory.memory import Remembering
from injector.pipeline.interface import Injects

FEATURES = (
    "COMPLIANCE_POLICY",
    "ENABLE_LEGACY_FSGROUP_INJECTION",
    "ENABLE_NATIVE_SIDECARS",
    "JWT_POLICY",
    "PILOT_ENABLE_INBOUND_PASSTHROUGH",
    "PLATFORM",
    "REWRITE_TCP_PROBES",
)
"""The variables of the environment that a configuration can depend on."""

KEPT = "the last good configuration stays"


def load(environ: Mapping[str, str], source: Source | None = None) -> Config:
    """Return the configuration at *source*, by default at the one that *environ* names.

    Raises:
        ConfigError: the configuration is wrong; holds every problem.
        ConfigUnavailable: the source cannot be read now.
    """
    source = source or choose(environ)
    return parse(source.read(PATIENCE.start).data, source, environ)


def parse(data: bytes, source: Source, environ: Mapping[str, str]) -> Config:
    """Return the configuration in *data*, which was read from *source*.

    Raises:
        ConfigError: the configuration is wrong; holds every problem.
    """
    features = {name: environ[name] for name in FEATURES if name in environ}
    known = compiled.document_of(data)
    documents = document.parts(data) if known is None else [known]
    if document.are_istios(documents):
        # Go's templates and their functions take long to import.
        from injector.istio.maps import documents as istio_documents  # noqa: PLC0415

        return istio_documents.parse(documents, features)
    own = document.own(documents)
    return config.parse(
        own,
        bundled={} if "templates" in own else bundled(),
        compile_template=_compile,
        read_file=source.read_file,
        environment=features,
        check_mesh=mesh_config.effective,
    )


@cache
def bundled() -> Mapping[str, Any]:
    """Return the bundled document with the texts of its templates."""
    source = FileSource(BUNDLED)
    data = source.read(PATIENCE.start).data
    found = compiled.document_of(data) or document.unpack(data)
    templates = {
        name: source.read_file(template["file"])
        for name, template in found["templates"].items()
    }
    return {**found, "templates": templates}


def _compile(name: str, source: str) -> Template:
    # Istio's documents need no Jinja.
    from injector.istio.jinja_functions import JINJA  # noqa: PLC0415
    from injector.templates.jinja.rendering import JinjaTemplate  # noqa: PLC0415

    return JinjaTemplate(name, source, JINJA, code=compiled.code_of(source))


def _silent(_record: Mapping[str, Any]) -> None:
    pass


class Patience(NamedTuple):
    """The seconds that the source may take to answer."""

    start: float = 10
    """Before the first request."""
    request: float = 2
    """During a request that needs the configuration."""
    refresh: float = 1
    """During a request that the last configuration can answer."""


PATIENCE = Patience()


class Loader:
    """Holds the injector of the current configuration. Threads may share it.

    Args:
        environ: the process's environment.
        log: takes the fields of a log line.
        source: the configuration's source; by default the one that *environ* names.
        patience: how long the source may take.
        clock: returns seconds that never decrease.

    Raises:
        ConfigError: the configuration is wrong.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        log: Callable[[Mapping[str, Any]], None] = _silent,
        *,
        source: Source | None = None,
        patience: Patience = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environ = environ
        self._log = log
        self._patience = patience
        self._clock = clock
        self._source = source or choose(environ)
        self._refresh = refresh_seconds(environ) or math.inf
        self._remembers = word(environ, "MEMORY", "on", "off") == "on"
        self._lock = Lock()
        self._tries = 0
        self._due = math.inf
        self._data = b""
        self._injector: Injects | None = None
        if self._refresh < math.inf and not self._source.moves:
            self._refresh = math.inf
            message = "CONFIG_REFRESH_SECONDS has no effect: this source never changes"
            self._record("WARNING", "config_never_refreshed", message)
        try:
            self._load(patience.start)
        except ConfigUnavailable as e:
            self._record("ERROR", "config_unavailable", str(e))

    def current(self, seconds: float = math.inf) -> Injects:
        """Return the injector of the current configuration, within *seconds*.

        Raises:
            ConfigUnavailable: no configuration could be read yet.
            ConfigError: the first one that could be read is wrong.
        """
        injector = self._injector
        if injector is None:
            return self._first(seconds)
        if self._clock() < self._due or not self._lock.acquire(blocking=False):
            return injector
        try:
            return self._renewed(injector, seconds)
        finally:
            self._lock.release()

    def _first(self, seconds: float) -> Injects:
        tries = self._tries
        with self._lock:
            if self._injector is not None:
                return self._injector
            if self._tries != tries:
                # Another thread failed while this one waited: so would another try.
                raise ConfigUnavailable(f"{self._source.name}: could not be read")
            return self._load(min(seconds, self._patience.request))

    def _renewed(self, injector: Injects, seconds: float) -> Injects:
        """Return the injector of the source's current content, else *injector*."""
        try:
            return self._load(min(seconds, self._patience.refresh))
        except ConfigUnavailable as e:
            self._record("ERROR", "config_unavailable", f"{KEPT}: {e}")
        except ConfigError as e:
            # Problems quote values, which may be secret: the log has their paths only.
            places = ", ".join(problem.path or "the document" for problem in e.problems)
            self._record("ERROR", "config_wrong", f"{KEPT}: problems at {places}")
        except Exception as e:  # noqa: BLE001 - the last good one must survive anything
            self._record("ERROR", "config_wrong", f"{KEPT}: {type(e).__name__}")
        return injector

    def _load(self, seconds: float) -> Injects:
        self._tries += 1
        self._due = self._clock() + self._refresh
        payload = self._source.read(seconds)
        if self._injector is not None and payload.data == self._data:
            return self._injector
        found = parse(payload.data, self._source, self._environ)
        pipeline = products.injector(found)
        injector: Injects = Remembering(pipeline) if self._remembers else pipeline
        self._data, self._injector = payload.data, injector
        fields = {"version": payload.version, "config": found.digest}
        self._record("INFO", "config_loaded", "the configuration is loaded", **fields)
        if found.newer:
            self._record("WARNING", "release_newer", found.newer)
        return injector

    def _record(self, severity: str, reason: str, message: str, **more: str) -> None:
        record = {"severity": severity, "reason": reason, "message": message}
        self._log({**record, "source": self._source.name, **more})
