"""Starting the demonstration under one supervisor, and stopping it cleanly."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from honcho.manager import Manager
from honcho.printer import Message

from app import migrate
from app.api_keys import create_key
from app.commands.members import load
from app.demo import anew
from app.demo.link import ADDRESS, sign_in_link
from app.demo.plan import Plan, make_plan
from app.demo.ready import wait_until_ready
from app.places import ROOT
from app.wiring import build
from bot.calls.phones import set_phone
from bot.clock import SystemClock
from bot.config import Settings
from bot.members import handsets
from console.sandbox.tour.days import next_working_day

STOPPED_BY_HAND = (130, 143)
DEFAULT_FOLDER = "var/demo"
PHONES = {
    "jonas.weber@example.org": "+12025550190",
    "priya.nair@example.org": "+12025550191",
    "maria.okafor@example.org": "+12025550192",
}
"""Where calls are put through to colleagues: these phones ring in the sandbox too."""
STOPPED = re.compile(r"(?P<name>\S+) stopped \(rc=")


class LogFiles:
    """Where the processes' output goes: a file each. Lines of the stories go to the console as they are."""

    width = 0

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first_stopped: str | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, message: Message) -> None:
        line = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else str(message.data)
        stopped = STOPPED.match(line) if message.name == "system" else None
        if stopped and self.first_stopped is None:
            self.first_stopped = stopped["name"]
        if message.name == "stories":
            sys.stdout.write(line)
            sys.stdout.flush()
        with (self.folder / f"{message.name}.log").open("a", encoding="utf-8") as log:
            log.write(line)


def run(*, headless: bool, story: str, folder: Path) -> int:
    """Runs the demonstration until it is stopped or its stories are told; returns the exit code."""
    plan = make_plan(folder)
    say(f"Preparing the demonstration in {folder} ...")
    prepared = prepare(plan)
    logs = LogFiles(plan.folder / "logs")
    manager = Manager(logs)
    for name, command in plan.commands().items():
        manager.add_process(name, command, env=plan.environment, cwd=str(ROOT))
    verdict = plan.folder / "verdict"
    if headless:
        manager.add_process(
            "stories", _stories(plan, story, prepared.key, verdict), env=plan.environment, cwd=str(ROOT)
        )
    else:
        threading.Thread(target=_announce, args=(plan, prepared, folder), daemon=True).start()
    manager.loop()
    return _exit_code(logs, manager.returncode, verdict if headless else None)


@dataclass(frozen=True)
class Prepared:
    """An API key, and the names by phone number."""

    key: str
    contacts: dict[str, str]


def prepare(plan: Plan) -> Prepared:
    """A fresh database with the sample members, and a clock that says a working day."""
    if plan.folder.exists():
        shutil.rmtree(plan.folder)
    plan.folder.mkdir(parents=True)
    anew.shared_clock(plan.folder).set(next_working_day(SystemClock().now()))
    with environment_of(plan):
        application = build(Settings(_env_file=None))
    migrate.upgrade(application.db)
    taken = load(application, ROOT / "journeys" / "sample_members.csv")
    say(f"{len(taken)} sample members enrolled.")
    key = create_key(application, "demo")
    with application.db.begin() as session:
        for email, number in PHONES.items():
            set_phone(session, email, number, now=application.clock.now())
        contacts = handsets.names(session)
    address = application.settings.console_url
    application.close()
    (plan.folder / ADDRESS).write_text(address)
    anew.keep(plan.start, plan.folder / "msb.db", plan.folder / "engine.db", application.clock)
    return Prepared(key, contacts)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def environment_of(plan: Plan) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(plan.environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _stories(plan: Plan, story: str, key: str, verdict: Path) -> str:
    words = [sys.executable, "-m", "app.demo.stories", story, plan.sandbox, plan.gateway, key, str(verdict)]
    return "exec " + " ".join(shlex.quote(word) for word in words)


def _announce(plan: Plan, prepared: Prepared, folder: Path) -> None:
    say("Starting the engine, the sandbox and the bot ...")
    problem = wait_until_ready(plan.sandbox, plan.gateway)
    if problem:
        say(f"Not ready: {problem}. The logs are in {plan.folder / 'logs'}.")
        return
    introduce(plan, prepared)
    elsewhere = "" if folder == Path(DEFAULT_FOLDER) else f" --folder {folder}"
    say("\n".join([
        "",
        "  Open this page. The link signs you in, once and within 15 minutes:",
        "",
        f"    {sign_in_link(plan.folder)}",
        "",
        '  On it, choose a story of the guided tour and press "Do it": members\' phones, the staff\'s Slack, a clock',
        "  to push, and what the system decides and why. All of it is real but the providers.",
        "",
        f"  Another link: .venv/bin/msb demo --link{elsewhere}",
        f"  The bot's own interface: {plan.gateway}/docs, {plan.gateway}/metrics",
        "  Ctrl-C stops everything.",
        "",
    ]))  # fmt: skip


def introduce(plan: Plan, prepared: Prepared) -> None:
    """Tells the sandbox who has which number."""
    contacts = [{"number": number, "name": name} for number, name in prepared.contacts.items()]
    httpx.post(f"{plan.sandbox}/sandbox/contacts", json={"contacts": contacts}, timeout=10).raise_for_status()


def _exit_code(logs: LogFiles, returncode: int | None, verdict: Path | None) -> int:
    if returncode in STOPPED_BY_HAND:
        say("Stopped.")
        return 0 if verdict is None else 1
    if verdict is not None and verdict.exists():
        return 0 if verdict.read_text() == "passed" else 1
    say(f"The process {logs.first_stopped!r} ended by itself (exit code {returncode}). Its last words:")
    log = logs.folder / f"{logs.first_stopped}.log"
    say("\n".join(f"  {line}" for line in (log.read_text().splitlines() if log.exists() else [])[-15:]))
    say(f"All logs are in {logs.folder}.")
    return 1
