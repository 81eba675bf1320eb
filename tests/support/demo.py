"""The whole demonstration as `make demo` starts it: engine, sandbox and bot as processes, on free ports."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.demo.link import sign_in_link
from app.demo.plan import PORTS, Plan, make_plan
from app.demo.ready import wait_until_ready
from app.demo.run import introduce, prepare
from app.places import ROOT

READY_SECONDS = 180
SECONDS_TO_END = 30
SLOW_BROWSER = "JavaScript did not respond"


@dataclass(frozen=True)
class Demo:
    """One that runs. `key` opens the bot's programming interface."""

    plan: Plan
    key: str

    def link(self) -> str:
        """Signs one browser in, and leads to the sandbox's page."""
        return sign_in_link(self.plan.folder)

    def get(self, path: str) -> Any:
        """Of the sandbox's control interface."""
        url = f"{self.plan.sandbox}/sandbox/{path}"
        return httpx.get(url, timeout=30, trust_env=False).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        url = f"{self.plan.sandbox}/sandbox/{path}"
        return httpx.post(url, json=body, timeout=30, trust_env=False).raise_for_status().json()

    def enrol(self, **member: Any) -> None:
        """Somebody joins, as the organisation's own systems tell it."""
        answer = httpx.post(
            f"{self.plan.gateway}/api/v1/members", json=member, headers={"Authorization": f"Bearer {self.key}"},
            timeout=30, trust_env=False,
        )  # fmt: skip
        assert answer.status_code == httpx.codes.CREATED, answer.text

    def errors(self) -> list[str]:
        """What the bot logged as an error; but for a browser that was slow to answer, on a machine that does much."""
        log = (self.plan.folder / "bot.log").read_text(errors="replace")
        return [line for line in log.splitlines() if "[error" in line and SLOW_BROWSER not in line]


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Fails with the processes' own words when they don't come up."""
    plan = make_plan(folder, dict.fromkeys(PORTS, 0))
    prepared = prepare(plan)
    processes = [_start(plan, name, command) for name, command in plan.commands().items()]
    try:
        missing = wait_until_ready(plan.sandbox, plan.gateway, READY_SECONDS)
        assert missing is None, f"{missing}\n{_last_words(plan)}"
        introduce(plan, prepared)
        yield Demo(plan, prepared.key)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            _wait(process)


def _start(plan: Plan, name: str, command: str) -> subprocess.Popen[bytes]:
    with (plan.folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            ["/bin/sh", "-c", command], cwd=ROOT, env={**plan.environment, "HOME": os.environ.get("HOME", "/")},
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_words(plan: Plan) -> str:
    logs = (plan.folder / f"{name}.log" for name in plan.commands())
    return "\n".join(log.read_text(errors="replace")[-1500:] for log in logs)
