"""Groups of `msb` commands, one module each."""
