"""Processes of the product, started with an environment of their own and watched until they are ready."""

from __future__ import annotations

import http.client
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.places import ROOT
from benchmarks.support import usage

READY_SECONDS, STOP_SECONDS = 900.0, 40.0
LOOK_SECONDS = 0.1


@dataclass
class Process:
    """One that runs. `ready_after` are the seconds from its start until it said that it is ready."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    ready_after: float = 0.0

    def cpu(self) -> float:
        return usage.cpu_seconds(self.popen.pid) or 0.0

    def memory(self) -> usage.Memory | None:
        return usage.memory(self.popen.pid)

    def stop(self) -> None:
        """As an operator would; with force when that does not help."""
        if self.popen.poll() is not None:
            return
        self.popen.terminate()
        try:
            self.popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait(STOP_SECONDS)


@dataclass
class Family:
    """Processes that are started one after the other and stopped the other way round."""

    folder: Path
    environment: Mapping[str, str]
    members: dict[str, Process] = field(default_factory=dict)

    def start(
        self, name: str, command: Sequence[str], is_ready: Callable[[], bool], *, cwd: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Process:  # fmt: skip
        """Waits until it is ready.

        Raises:
            RuntimeError: it ended, or took too long; with the end of its log.
        """
        log, started = self.folder / f"{name}.log", time.perf_counter()
        with log.open("w") as output:
            popen = subprocess.Popen(  # noqa: S603
                list(command), cwd=cwd or self.folder, env={**self.environment, **(more or {})}, stdout=output,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        process = self.members[name] = Process(name, popen, log)
        while not is_ready():
            late = time.perf_counter() - started > READY_SECONDS
            if late or popen.poll() is not None:
                raise RuntimeError(f"{name} did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(LOOK_SECONDS)
        process.ready_after = time.perf_counter() - started
        return process

    def stop(self) -> None:
        for process in reversed(list(self.members.values())):
            process.stop()

    def cpu(self) -> dict[str, float]:
        """Processor seconds of each until now."""
        return {name: process.cpu() for name, process in self.members.items()}


def answers(url: str, wanted: str = "") -> Callable[[], bool]:
    """Whether that address answers with success, and with that word in what it says. Asked often, so it is cheap."""
    parts = urlsplit(url)

    def ask() -> bool:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5.0)
        try:
            connection.request("GET", parts.path)
            response = connection.getresponse()
            return response.status == 200 and wanted in response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


def clean_environment() -> dict[str, str]:
    """This process's, without any setting of ours: what is measured must not reach a real provider by accident."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MSB_")}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT)]), "PYTHONUNBUFFERED": "1"}
