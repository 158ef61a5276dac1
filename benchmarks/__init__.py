"""What the library costs, beside its peers: time, memory, growth. Each module runs with `python -m benchmarks.<name>`."""
