"""The engine as it runs: a process of its own, spoken to over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

ENGINE = Path(__file__).resolve().parents[1]
TOKEN = "engine-token"
SECONDS_TO_START = 60


class Answered(NamedTuple):
    status: int
    body: dict[str, Any]


def environment(root: Path, **more: str) -> dict[str, str]:
    """The environment of an engine whose assistant is at `root`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MSB_")}
    return {**kept, "PYTHONPATH": str(ENGINE), "PYTHONHASHSEED": "0", "MSB_ENGINE_ROOT": str(root), **more}


def run(root: Path, command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m msb_engine COMMAND` to its end."""
    arguments = [sys.executable, "-m", "msb_engine", command]
    return subprocess.run(
        arguments, env=environment(root, **more), capture_output=True, text=True, timeout=120, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class EngineProcess:
    """An engine that serves until it is stopped. `log` gets all that it prints."""

    def __init__(self, root: Path, actions_url: str, actions_token: str, store_url: str, log: Path) -> None:
        self.port = free_port()
        self.log = log
        settings = {
            "MSB_ENGINE_PORT": str(self.port),
            "MSB_ENGINE_TOKEN": TOKEN,
            "MSB_ENGINE_STORE_URL": store_url,
            "MSB_ACTIONS_URL": actions_url,
            "MSB_ACTIONS_TOKEN": actions_token,
        }
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "msb_engine", "serve"],
                env=environment(root, **settings),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("engine ready on 127.0.0.1:"), f"{line}{log.read_text()}"

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to stop, as a supervisor or a person does, and returns the exit code."""
        self._process.send_signal(how)
        return self._process.wait(timeout=30)

    def kill(self) -> None:
        """Ends it at whatever instruction it has come to."""
        self._process.kill()
        self._process.wait(timeout=30)

    def turn(self, body: Any, token: str | None = TOKEN) -> Answered:
        """Posts a turn; bytes are sent as they are, anything else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return self._call(urllib.request.Request(self._url("turn"), data, headers))  # noqa: S310

    def get(self, path: str) -> Answered:
        return self._call(urllib.request.Request(self._url(path)))  # noqa: S310

    def hang_up_during(self, body: dict[str, Any]) -> http.client.HTTPConnection:
        """Sends a turn and doesn't wait for its answer: the caller closes the connection when it likes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", "/webhooks/gateway/turn", json.dumps(body), {"Authorization": f"Bearer {TOKEN}"})
        return connection

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/gateway/{path}"

    def _call(self, request: urllib.request.Request) -> Answered:
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return Answered(response.status, json.loads(response.read()))
        except urllib.error.HTTPError as error:
            return Answered(error.code, json.loads(error.read()))
