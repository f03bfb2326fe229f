"""Quantiles from the API server's own histograms, in the text format of Prometheus."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SAMPLE = re.compile(r"^(\w+)_bucket\{(.*)\} (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How many observations lie at or below each bound, in seconds."""

    buckets: Mapping[float, float]

    def since(self, before: "Histogram") -> "Histogram":
        """Return what was observed since *before*."""
        return Histogram(
            buckets={
                bound: count - before.buckets.get(bound, 0)
                for bound, count in self.buckets.items()
            }
        )

    @property
    def count(self) -> int:
        """How many observations there are."""
        return int(max(self.buckets.values(), default=0))

    def quantile(self, share: float) -> float:
        """Return an estimate in seconds, linear within a bucket as Prometheus does it.

        Of observations above the last finite bound that bound is returned.
        """
        wanted, below, lower = share * self.count, 0.0, 0.0
        for bound, count in sorted(self.buckets.items()):
            if count >= wanted and bound != float("inf"):
                within = (wanted - below) / (count - below) if count > below else 0
                return lower + (bound - lower) * within
            if bound != float("inf"):
                below, lower = count, bound
        return lower


def read(text: str, metric: str, **labels: str) -> Histogram:
    """Return the sum of a metric's histograms that have *labels*."""
    buckets: dict[float, float] = {}
    for name, inside, value in _SAMPLE.findall(text):
        found = dict(_LABEL.findall(inside))
        if name == metric and labels.items() <= found.items():
            bound = float(found["le"])
            buckets[bound] = buckets.get(bound, 0) + float(value)
    return Histogram(buckets=buckets)
