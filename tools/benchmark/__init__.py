"""The parts of ``tools/bench.py``: pods, servers, loads, and the report."""
