"""What the library gets right and what it costs, beside its peers: `python -m benchmarks`. See docs/benchmarks.md."""
