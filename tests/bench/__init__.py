"""Speed and memory, measured: `python -m tests.bench`. docs/benchmarks.md explains the figures."""
