"""`python -m msb_engine train | serve | parse | validate`."""

from __future__ import annotations

import sys

from msb_engine import parse, serve, train, validate

COMMANDS = {"train": train.main, "serve": serve.main, "parse": parse.main, "validate": validate.main}


def main() -> int:
    """Runs the command that is named. Returns the exit code."""
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        print(f"usage: python -m msb_engine {' | '.join(COMMANDS)}", file=sys.stderr)
        return 2
    return COMMANDS[sys.argv[1]]()


if __name__ == "__main__":
    sys.exit(main())
