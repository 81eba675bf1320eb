"""What the scripts share: the repository's places, uv, and running commands into a log. Standard library only."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
UV = TOOLS / "bin" / "uv"
LOGS = ROOT / "var" / "log"
HEARTBEAT_SECONDS = 15
TAIL_LINES = 25


class CommandFailed(Exception):
    """A command ended with an error; its text says which one, and shows the end of its log."""


def environment() -> dict[str, str]:
    """The caller's environment, made fit for installing: bytecode is written, no Python is downloaded."""
    kept = {k: v for k, v in os.environ.items() if k not in {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME"}}
    return {"UV_PYTHON_DOWNLOADS": "never", "UV_HTTP_TIMEOUT": "120", **kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def uv_environment() -> dict[str, str]:
    """`environment()`, with pip's package index and certificates: uv doesn't read pip's configuration.

    Whoever has set uv's own variables is left alone.
    """
    result = environment()
    pip = pip_settings()
    if "index-url" in pip and not result.keys() & {"UV_DEFAULT_INDEX", "UV_INDEX_URL"}:
        result["UV_DEFAULT_INDEX"] = pip["index-url"]
    if "cert" in pip:
        result.setdefault("SSL_CERT_FILE", pip["cert"])
    return result


def pip_settings() -> dict[str, str]:
    """What pip would use for an installation, by option name; empty when pip can't be asked."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False, timeout=60
    )
    return parse_pip_settings(asked.stdout)


def parse_pip_settings(listing: str) -> dict[str, str]:
    """Reads `pip config list`: the environment wins over ``[install]``, which wins over ``[global]``.

    >>> parse_pip_settings("global.cert='/a.pem'\\n:env:.cert='/b.pem'")
    {'cert': '/b.pem'}
    """
    found: dict[str, str] = {}
    for section in ("global.", "install.", ":env:."):
        for line in listing.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(section):
                found[key.removeprefix(section)] = str(ast.literal_eval(value))
    return found


def run_logged(command: Sequence[str | Path], log: Path, env: dict[str, str]) -> None:
    """Runs `command` in the repository, appending what it prints to `log`.

    Raises:
        CommandFailed: it ended with an error.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    shown = " ".join(str(word) for word in command)
    with log.open("a", encoding="utf-8") as out:
        out.write(f"$ {shown}\n")
        out.flush()
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            status = wait_with_heartbeat(process)
        except BaseException:
            process.terminate()
            process.wait(timeout=30)
            raise
    if status:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:])
        raise CommandFailed(f"{shown}\nended with status {status}. The end of {log.relative_to(ROOT)}:\n\n{tail}")


def wait_with_heartbeat(process: subprocess.Popen[bytes]) -> int:
    """Waits for `process`, saying now and then that it is still at work; returns its exit status."""
    started = time.monotonic()
    while True:
        try:
            return process.wait(timeout=HEARTBEAT_SECONDS)
        except subprocess.TimeoutExpired:
            print(f"      still at it ({time.monotonic() - started:.0f} s)", flush=True)
