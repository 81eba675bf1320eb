"""Looks at everything that a working bot needs, says what is wrong, and what to do about it. It changes nothing."""
