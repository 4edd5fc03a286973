"""Speed and memory, measured: `python -m tests.bench`. What the figures mean stands in docs/benchmarks.md."""
