"""Keeping the tables small: what is kept how long, what happens then, and the passes that see to it."""
