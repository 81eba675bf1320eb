"""Side-by-side measurements. Each prints its figures and, last, one line of JSON."""
