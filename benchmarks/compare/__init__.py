"""Beside its peers, programs in other languages and Flectra's own rule among them: `python -m benchmarks.compare`."""
