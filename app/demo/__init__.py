"""The demonstration: the real processes, with a sandbox in place of the outside world."""
