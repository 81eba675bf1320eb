"""The console's pages with many members: how long the server takes for each, on SQLite and on PostgreSQL.

``python -m benchmarks.console [--members 100000] [--server URL] [--only WORD ...]``. Without a server only SQLite is
measured; `scripts/postgres.py` gives one. Each page is asked for over HTTP by somebody who is signed in, once to warm
up and then a few times. Prints a line a page, and as the last line everything as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from app.migrate import upgrade
from app.places import ROOT
from app.simulate.carriers import CHANNELS
from benchmarks import year
from benchmarks.crowd import empty
from benchmarks.planning import StillClock
from bot.access import sessions
from bot.config import Settings
from bot.db import Database
from bot.handoff import risk_rounds
from bot.model import (
    Account,
    AuditEntry,
    Base,
    CheckIn,
    ConsentEvent,
    ContactPoint,
    Conversation,
    HandOff,
    InboxMessage,
    JourneyRun,
    Member,
    MemberEvent,
    OutboxMessage,
    Role,
    Staff,
    StepProgress,
    Touch,
)
from bot.outreach.reach import Reach
from bot.programme import navigate
from bot.programme.loader import load_programme
from bot.programme.models import Programme
from console.access.door import COOKIE
from console.context import Console, Lent
from console.mount import mount
from tests.support.sandbox_server import serve

MEMBERS, TIMES = 100_000, 5
LIMIT = 0.3
AT = "/console"
ACCOUNTS = 200
ALL = "&segment=early_career&stage=engagement&status=active&risk=low&question=none&order=renewal"
PAGES: Sequence[tuple[str, str]] = (
    ("overview", "/"),
    ("members", "/members"),
    ("members, by a name", "/members?q=ana+made"),
    ("members, by a rare name", "/members?q=made-up+4711"),
    ("members, by a phone", "/members?q=0004711"),
    ("members, nobody", "/members?q=zzz"),
    ("members, by segment", "/members?segment=student"),
    ("members, by stage", "/members?stage=onboarding"),
    ("members, by risk", "/members?risk=high&order=risk"),
    ("members, low risk", "/members?risk=low"),
    ("members, asked", "/members?question=any"),
    ("members, by all", f"/members?q=ana{ALL}"),
    ("members, the last page", "/members?page=1900&order=joined"),
    ("a member", "/members/4711"),
    ("import", "/members/import"),
    ("cases", "/cases"),
    ("a case", "/cases/{case}"),
    ("journeys", "/journeys"),
    ("a journey", "/journeys/onboarding"),
    ("ladders", "/journeys/ladders"),
    ("content", "/journeys/content"),
    ("measures", "/measures"),
    ("a measure", "/measures/onboarding"),
    ("a measure, nps", "/measures/nps"),
    ("operations", "/operations"),
    ("queues", "/operations/queues"),
    ("letters", "/operations/letters"),
    ("auditor", "/operations/auditor"),
    ("log", "/operations/log"),
    ("access", "/access"),
)  # fmt: skip


@dataclass(frozen=True)
class Took:
    """One page on one database, in seconds."""

    database: str
    page: str
    path: str
    status: int
    middle: float
    slowest: float
    first: float


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--server", default=os.environ.get("TEST_DATABASE_URL"))
    parser.add_argument("--only", nargs="*", default=[], help="pages whose names hold one of these words")
    parser.add_argument("--skip-sqlite", action="store_true")
    asked = parser.parse_args(arguments)
    servers = {"SQLite": None} if not asked.skip_sqlite else {}
    servers |= {"PostgreSQL": asked.server} if asked.server else {}
    pages = [one for one in PAGES if not asked.only or any(word in one[0] for word in asked.only)]
    took = [line for name, server in servers.items() for line in measure(name, server, asked.members, pages)]
    slow = [one for one in took if one.middle > LIMIT]
    named = ", ".join(f"{one.page} ({one.database})" for one in slow)
    print(f"{len(slow)} of {len(took)} over {LIMIT * 1000:.0f} ms: {named}")
    print(json.dumps([vars(one) for one in took]))
    return 0


def measure(name: str, server: str | None, members: int, pages: Sequence[tuple[str, str]]) -> list[Took]:
    programme = load_programme(ROOT / "journeys")
    with tempfile.TemporaryDirectory(prefix="msb-console-") as folder, empty(server, Path(folder)) as url:
        db = Database(url)
        try:
            started = time.perf_counter()
            upgrade(db)
            fill(db, programme, members)
            print(f"{name}: {members:,} members written in {time.perf_counter() - started:.0f} s", flush=True)
            return look(name, db, programme, pages)
        finally:
            db.close()


def fill(db: Database, programme: Programme, members: int) -> None:
    """A year of the organisation, and what its measures do not need: messages, consent, events, the log."""
    year.fill(db, programme, members, touches=3)
    with db.engine.begin() as connection:
        if not db.is_sqlite:
            connection.execute(sa.text("set local statement_timeout = 0"))
        _people(connection)
        _steps(connection, programme)
        _messages(connection)
        _facts(connection)
    _settle(db)
    clock = StillClock()
    started = time.perf_counter()
    changed = 1
    while changed:
        changed = risk_rounds.look(db, programme, clock)
    print(f"a round of risk took {time.perf_counter() - started:.1f} s", flush=True)


def _people(connection: sa.Connection) -> None:
    number = sa.cast(Member.id, sa.Text)
    accounts = [{"id": at, "name": f"Account {at}"} for at in range(1, ACCOUNTS + 1)]
    connection.execute(sa.insert(Account), accounts)
    names = sa.literal(" made up ").concat(number).concat(" ").concat(sa.func.lower(Member.first_name))
    account = sa.case((Member.id % 10 == 0, Member.id % ACCOUNTS + 1), else_=None)
    found = names.concat(" fi ").concat(number)
    connection.execute(sa.update(Member).values(search=found, account_id=account))
    phone = sa.literal("+1555").concat(sa.cast(Member.id + 10_000_000, sa.Text))
    _from(connection, ContactPoint, sa.select(Member.id, sa.literal("sms"), phone, Member.created_at),
          "member_id", "channel", "address", "consented_at")  # fmt: skip
    points = sa.select(ContactPoint.member_id, ContactPoint.channel, ContactPoint.address, sa.literal("granted"),
                       sa.literal("import"), sa.literal("web form"), ContactPoint.consented_at)  # fmt: skip
    _from(connection, ConsentEvent, points, "member_id", "channel", "address", "kind", "source", "wording", "at")
    empty_json = sa.literal({}, Conversation.data.type)
    _from(connection, Conversation, sa.select(Member.id, sa.literal("none"), empty_json, sa.literal("sms"), phone,
                                              Member.created_at), "member_id", "question", "data", "channel", "address",
          "last_message_at")  # fmt: skip


def _steps(connection: sa.Connection, programme: Programme) -> None:
    """Each run has a row for each of its steps."""
    for journey in programme.journeys.values():
        for step in navigate.steps(journey):
            here = sa.exists().where(StepProgress.run_id == JourneyRun.id, StepProgress.step == step.key)
            rows = sa.select(JourneyRun.id, sa.literal(step.key), sa.literal("pending"), JourneyRun.entered_at)
            rows = rows.where(JourneyRun.journey == journey.key, ~here)
            _from(connection, StepProgress, rows, "run_id", "step", "state", "changed_at")


def _messages(connection: sa.Connection) -> None:
    """A message for each touch, and an answer to each question that has one."""
    number = sa.cast(Touch.id, sa.Text)
    address = sa.literal("+1555").concat(sa.cast(Touch.member_id + 10_000_000, sa.Text))
    body = sa.literal({"text": "Have you filled in your profile form?"}, OutboxMessage.body.type)
    _from(
        connection, OutboxMessage,
        sa.select(sa.literal("out:sms:").concat(address), sa.literal("touch:").concat(number), sa.literal("sent"),
                  sa.literal("sms"), address, sa.literal("touch"), sa.literal("check_in:profile_form:rung 1"), body,
                  Touch.member_id, Touch.id, Touch.changed_at, Touch.sent_at, sa.literal(1), sa.literal(0)),
        "lane", "dedupe", "state", "channel", "address", "purpose", "rule", "body", "member_id", "touch_id",
        "created_at", "sent_at", "attempts", "reconciled",
    )  # fmt: skip
    number = sa.cast(CheckIn.id, sa.Text)
    address = sa.literal("+1555").concat(sa.cast(CheckIn.member_id + 10_000_000, sa.Text))
    nothing, said = sa.literal({}, InboxMessage.body.type), sa.literal("yes, done")
    _from(
        connection, InboxMessage,
        sa.select(sa.literal("in:").concat(sa.cast(CheckIn.member_id, sa.Text)), sa.literal("in:").concat(number),
                  sa.literal("done"), sa.literal("sms"), address, CheckIn.member_id, said, nothing,
                  CheckIn.closed_at, CheckIn.closed_at, sa.literal("affirm"), sa.literal(1),
                  ).where(CheckIn.state == "answered"),
        "lane", "dedupe", "state", "channel", "address", "member_id", "text", "body", "received_at", "handled_at",
        "intent", "attempts",
    )  # fmt: skip


def _facts(connection: sa.Connection) -> None:
    empty_json = sa.literal({}, AuditEntry.details.type)
    for action in ("member.enrolled", "journey.entered", "step.done"):
        _from(connection, AuditEntry, sa.select(Member.created_at, sa.literal("bot"), sa.literal(action), Member.id,
                                                sa.literal("onboarding:profile_form"), empty_json),
              "at", "actor", "action", "member_id", "subject", "details")  # fmt: skip
    named = sa.literal("member_number:FI-").concat(sa.cast(Member.id, sa.Text))
    _from(connection, MemberEvent,
          sa.select(named, Member.id, named, sa.literal("sign_in"), sa.literal({}, MemberEvent.properties.type),
                    sa.literal("portal"), Member.created_at, Member.created_at, sa.literal("recorded")),
          "dedupe", "member_id", "named", "name", "properties", "source", "at", "received_at", "outcome")  # fmt: skip


def _from(connection: sa.Connection, model: type[Base], rows: Any, *columns: str) -> None:
    connection.execute(sa.insert(model).from_select(columns, rows))


def _settle(db: Database) -> None:
    if db.is_sqlite:
        with db.engine.begin() as connection:
            connection.execute(sa.text("analyze"))
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("set statement_timeout = 0"))
        numbers = sa.func.pg_get_serial_sequence("account", "id")
        connection.execute(sa.select(sa.func.setval(numbers, ACCOUNTS)))
        connection.execute(sa.text("vacuum analyze"))


@contextmanager
def served(db: Database, programme: Programme) -> Iterator[tuple[str, str]]:
    """The console's address, and the cookie of somebody who may do everything."""
    clock = StillClock()
    settings = Settings(_env_file=None, console_url=f"http://127.0.0.1{AT}")
    console = Console(settings, db, clock, programme, Reach(CHANNELS), Lent())
    with db.begin() as session:
        staff = session.get_one(Staff, 1)
        staff.role = Role.ADMIN
        token = sessions.begin(session, staff, "link", clock.wall())
    app = FastAPI()
    mount(app, console, AT)
    with serve(app) as address:
        yield address, token


def _ask(url: str, token: str) -> int:
    """The status of the answer; 0 where there is none."""
    try:
        return httpx.get(url, headers={"Cookie": f"{COOKIE}={token}"}, timeout=120).status_code
    except httpx.HTTPError:
        return 0


def look(name: str, db: Database, programme: Programme, pages: Sequence[tuple[str, str]]) -> list[Took]:
    with db.begin() as session:
        case = session.scalars(sa.select(HandOff.id).where(HandOff.state != "resolved").limit(1)).first() or 1
        run = session.scalars(sa.select(sa.func.count()).select_from(JourneyRun)).one()
    print(f"{name}: {run:,} journeys entered", flush=True)
    found = []
    with served(db, programme) as (address, token):
        for page, path in pages:
            url = f"{address}{AT}{path.format(case=case)}"
            times, status = [], 0
            for _ in range(TIMES + 1):
                started = time.perf_counter()
                status = _ask(url, token)
                times.append(time.perf_counter() - started)
            took = Took(name, page, path, status, statistics.median(times[1:]), max(times[1:]), times[0])
            found.append(took)
            mark = " <-- over" if took.middle > LIMIT else ""
            print(f"{name:10} {page:26} {status} {took.middle * 1000:7.0f} ms, slowest {took.slowest * 1000:7.0f}, "
                  f"first {took.first * 1000:7.0f}{mark}", flush=True)  # fmt: skip
    return found


if __name__ == "__main__":
    sys.exit(main())
