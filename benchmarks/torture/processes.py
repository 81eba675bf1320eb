"""Processes that are started again as soon as they end, because somebody kills them all the time."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.torture.events import Events
from benchmarks.torture.plan import ROOT, Spec

LOOK_SECONDS = 0.05
STOP_SECONDS = 40.0


@dataclass
class Process:
    """One process in its present life; `killed` says whether we ended this life."""

    spec: Spec
    log: Path
    popen: subprocess.Popen[bytes]
    killed: bool = False


@dataclass
class Supervisor:
    """Keeps the processes of a run alive. `odd` are the ends that nobody asked for."""

    folder: Path
    events: Events
    processes: dict[str, Process] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None

    def start(self, specs: Sequence[Spec]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for spec in specs:
            self.processes[spec.name] = self._launch(spec)
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._watcher.start()

    def kill(self, name: str) -> None:
        """SIGKILL, as from the machine's out-of-memory killer."""
        with self._lock:
            process = self.processes[name]
            process.killed = True
            self.events.note("kill", name)
            process.popen.kill()

    def stop(self, names: Sequence[str]) -> dict[str, int]:
        """Ends these for good by SIGTERM; returns their exit codes. Whatever does not end in time is killed."""
        with self._lock:
            ending = {name: self.processes.pop(name) for name in names if name in self.processes}
        for process in ending.values():
            process.popen.terminate()
        return {name: _ended(process.popen) for name, process in ending.items()}

    def close(self) -> None:
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        self.stop(list(self.processes))

    def _launch(self, spec: Spec) -> Process:
        """In a session of its own: Ctrl-C is for us to handle."""
        log = self.folder / f"{spec.name}.log"
        with log.open("ab") as output:
            popen = subprocess.Popen(  # noqa: S603 - our own programs
                spec.argv, cwd=ROOT, env=dict(spec.environment), stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        return Process(spec, log, popen)

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            with self._lock:
                for name, process in self.processes.items():
                    if process.popen.poll() is not None:
                        self._again(name, process)

    def _again(self, name: str, process: Process) -> None:
        if not process.killed:
            self.events.note("exit", name, str(process.popen.returncode))
            self.odd.append(f"{name} ended by itself with exit code {process.popen.returncode}")
        self.processes[name] = self._launch(process.spec)


def _ended(popen: subprocess.Popen[bytes]) -> int:
    try:
        return popen.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(popen.pid, signal.SIGKILL)
        return popen.wait()


@contextlib.contextmanager
def supervised(folder: Path, events: Events, specs: Sequence[Spec]) -> Iterator[Supervisor]:
    """The processes, alive; all are ended at the end, however it comes."""
    supervisor = Supervisor(folder, events)
    try:
        supervisor.start(specs)
        yield supervisor
    finally:
        supervisor.close()
