"""What the benchmarks share: processes, a world outside, figures, bars and plots."""
