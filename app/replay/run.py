"""Sending recorded requests, one after the other, to the real gateway on a database that is thrown away."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.gateway import create_gateway
from app.replay import scene
from app.replay.cases import Case, load, make_settings
from app.replay.meaning import Kept, Seen, differences, kind
from app.wiring import Application, build
from bot import metrics
from bot.clock import SystemClock
from bot.intake.receive import Desk
from bot.model import Base, Call, InboxMessage, Lane, Rate, Receipt
from bot.ports import Answer, Turn, Utterance

TURNS = 20


@dataclass(frozen=True)
class Replayed:
    """A case, how the gateway answered it, what the system made of it, and how that differs from what was expected."""

    case: Case
    statuses: tuple[int, ...]
    made: dict[str, Any]
    differs: list[str]

    def as_json(self) -> dict[str, Any]:
        expect = self.case.expect
        return {
            "name": self.case.name,
            "status": max(self.statuses),
            "made": self.made,
            "expect": expect,
            "ok": not self.differs,
            "differs": self.differs,
        }


@dataclass(frozen=True)
class _Marks:
    """The last rows before a request."""

    inbox: int
    receipt: int


class RecordedClock(SystemClock):
    """Business time stands where the recording was made; elapsed time goes on."""

    def __init__(self) -> None:
        self.moment: datetime | None = None

    def now(self) -> datetime:
        return self.moment or self.wall()


class Mute:
    """In place of the dialogue engine: what members say in a replay is kept, and not discussed."""

    def turn(self, turn: Turn) -> Answer:
        return Answer([Utterance("Thank you.")], None, 0.0)


def replay(path: Path) -> list[Replayed]:
    """Replays a file.

    Raises:
        NotReplayable: it isn't one of recorded requests.
    """
    recording = load(path)
    with tempfile.TemporaryDirectory(prefix="msb-replay-") as folder:
        clock = RecordedClock()
        application = build(make_settings(recording, Path(folder)), clock=clock, dialogue=Mute())
        try:
            Base.metadata.create_all(application.db.engine)
            with application.db.begin() as session:
                scene.set_up(session)
            return [_replay(application, clock, case) for case in recording.cases]
        finally:
            application.close()


def _replay(application: Application, clock: RecordedClock, case: Case) -> Replayed:
    clock.moment = case.at
    with application.db.begin() as session:
        scene.prepare(session, case, clock.now())
        before = _Marks(_last(session, InboxMessage.id), _last(session, Receipt.id))
    counted = _results()
    answers = asyncio.run(_send(application, case))
    results = frozenset(name for name, value in _results().items() if value > counted.get(name, 0))
    with application.db.begin() as session:  # before the turns: these take tokens out of what was written
        kept = _kept(session, before.inbox)
    _take_turns(application)
    with application.db.begin() as session:
        seen = _seen(session, before, answers, results, case, kept)
    made = {"kind": kind(seen), **_details(seen)}
    return Replayed(case, seen.statuses, made, differences(case.expect, seen))


async def _send(application: Application, case: Case) -> list[httpx.Response]:
    """To every address of ours that a request goes to; an exception in the gateway is a 500, as for a provider."""
    transport = httpx.ASGITransport(app=create_gateway(application), raise_app_exceptions=False)
    base = application.settings.public_base_url
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        return [await client.request(case.method, path, content=case.body, headers=case.headers) for path in case.paths]


def _take_turns(application: Application) -> None:
    """Members' messages are handled; nothing is delivered, and nothing is asked of Slack."""
    for _ in range(TURNS):
        if not application.drainers[Desk.MEMBER].run_one():
            return


def _kept(session: Session, after: int) -> tuple[Kept, ...]:
    found = sa.select(InboxMessage, Lane.kind).join(Lane, Lane.key == InboxMessage.lane)
    rows = session.execute(found.where(InboxMessage.id > after).order_by(InboxMessage.id)).tuples().all()
    return tuple(Kept(row.id, row.text, dict(row.body), for_staff=kind == Desk.STAFF) for row, kind in rows)


def _seen(
    session: Session,
    before: _Marks,
    answers: list[httpx.Response],
    results: frozenset[str],
    case: Case,
    kept: tuple[Kept, ...],
) -> Seen:
    outcomes: dict[int, str | None] = dict(
        session.execute(sa.select(InboxMessage.id, InboxMessage.outcome)).tuples().all()
    )
    about_calls = "/voice/" in case.paths[0]
    return Seen(
        statuses=tuple(answer.status_code for answer in answers),
        answer=answers[0].text,
        results=results,
        inbox=tuple(replace(row, outcome=outcomes[row.id] or "") for row in kept),
        receipts=tuple(session.scalars(sa.select(Receipt).where(Receipt.id > before.receipt))),
        calls=tuple(session.scalars(sa.select(Call))) if about_calls and "unknown_call" not in results else (),
        blocked=any(rate.next_at > scene.LONG_AGO for rate in session.scalars(sa.select(Rate))),
    )


def _details(seen: Seen) -> dict[str, Any]:
    """What is worth seeing beside the kind."""
    shown: dict[str, Any] = {}
    said = [row.text for row in seen.inbox if row.text]
    tell: dict[str, Callable[[], object]] = {
        "text": lambda: said[0][:60] if said else None,
        "outcome": lambda: next((row.outcome for row in seen.inbox if row.outcome), None),
        "media": lambda: sum(len(row.body.get("media", [])) for row in seen.inbox),
        "rows": lambda: len(seen.inbox) if len(seen.inbox) > 1 else None,
        "receipt": lambda: next((str(row.status) for row in seen.receipts), None),
        "opted_out": lambda: any(row.opted_out for row in seen.receipts),
        "unusable": lambda: any(row.unusable for row in seen.receipts),
        "call": lambda: next((str(call.outcome or call.state) for call in seen.calls), None),
    }
    for name, value in tell.items():
        if found := value():
            shown[name] = found
    return shown


def _last(session: Session, key: Any) -> int:
    return session.scalar(sa.select(sa.func.max(key))) or 0


def _results() -> dict[str, float]:
    """How often each result of a webhook was counted, over all providers."""
    found: dict[str, float] = {}
    for family in metrics.webhooks.collect():
        for sample in family.samples:
            if sample.name.endswith("_total"):
                found[sample.labels["result"]] = found.get(sample.labels["result"], 0) + sample.value
    return found
