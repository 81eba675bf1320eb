"""Writes the hashed locks anew from pyproject.toml, engine/pyproject.toml and requirements/uv.in.

What is locked stays as it is while it still fits; `--upgrade` moves everything to the newest that fits.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from toolbox import ROOT, UV, uv_environment

COMMON = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet", "--python-version=3.11")
LOCKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # where it runs, what it reads and writes
    (".", ("requirements/uv.in", "-o", "requirements/uv.txt")),
    (".", ("pyproject.toml", "-o", "requirements/app.txt")),
    (".", ("pyproject.toml", "--group", "dev", "-c", "requirements/app.txt", "-o", "requirements/dev.txt")),
    ("engine", ("pyproject.toml", "-o", "requirements.txt")),  # reads the overrides of engine/pyproject.toml
)


def main(arguments: list[str]) -> int:
    env = uv_environment()
    for folder, words in LOCKS:
        print(f"Locking {Path(folder) / words[-1]}", flush=True)
        command: list[str | Path] = [UV, "pip", "compile", *COMMON, *arguments, *words]
        if status := subprocess.run(command, cwd=ROOT / folder, env=env, check=False, timeout=600).returncode:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
