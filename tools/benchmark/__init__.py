"""What ``tools/bench.py`` measures with: pods, servers, loads, and how it is told."""
