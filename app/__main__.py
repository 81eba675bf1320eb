"""``python -m app`` is ``msb``."""

from app.cli import main

main()
