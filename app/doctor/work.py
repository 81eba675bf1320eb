"""The work: the programme's content, what lies about too long, and what was set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.doctor.finding import Finding, Site, broken, ok, skipped, warning
from bot.model import AuditFinding, CheckIn, InboxMessage, Lane, OutboxMessage, Pause
from bot.programme.loader import check_folder

LONG, FAR_TOO_LONG = timedelta(minutes=2), timedelta(minutes=15)
KINDS = {"turn": "messages of members", "staff": "requests of staff", "delivery": "messages to be sent"}


def programme(site: Site) -> Iterator[Finding]:
    """Whether the content can be used."""
    folder = site.settings.programme_dir
    found, problems = check_folder(folder)
    if found is None:
        first = str(problems[0]) if problems else "there is nothing"
        yield broken(
            f"The programme in {folder} has {len(problems)} mistakes; the first: {first}",
            "`msb journeys check` lists all of them.",
        )
        return
    yield ok(f"The programme in {folder} is valid: {len(found.journeys)} journeys, {len(found.ladders)} ladders.")


def stuck(site: Site) -> Iterator[Finding]:
    """Whether somebody does what is due."""
    if site.db is None or not site.has_tables:
        yield skipped("The tables can't be read.")
        return
    with site.db.begin() as session:
        wall, now = site.clock.wall(), site.clock.now()
        found = [finding for kind in KINDS if (finding := _lane(session, kind, wall)) is not None]
        found += [*_outreach(session, now), *_pauses(session, now)]
    yield from found or [ok("Nothing that is due has been waiting for long.")]


def set_aside(site: Site) -> Iterator[Finding]:
    """What needs a person's decision."""
    if site.db is None or not site.has_tables:
        yield skipped("The tables can't be read.")
        return
    with site.db.begin() as session:
        dead = {model: _aside(session, model) for model in (InboxMessage, OutboxMessage)}
        open_findings = sa.select(sa.func.count()).where(AuditFinding.cleared_at.is_(None))
        audited = session.execute(open_findings).scalar_one()
    incoming, outgoing = dead[InboxMessage], dead[OutboxMessage]
    if count := incoming.get("dead"):
        yield warning(f"{count} incoming messages were set aside.", "Look for `set aside` in the log of the worker.")
    if counts := [f"{outgoing[state]} {state}" for state in ("dead", "unknown") if state in outgoing]:
        yield warning(
            f"Of the messages that went out {' and '.join(counts)}.",
            "`msb outbox list` tells why; `msb outbox retry` sends a dead one again.",
        )
    if audited:
        yield warning(f"The auditor has {audited} open findings.", "`msb audit` tells what they are, and what to do.")
    if not (count or counts or audited):
        yield ok("Nothing was set aside.")


def _lane(session: Session, kind: str, wall: datetime) -> Finding | None:
    """The lane that is ready longest and that nobody has in hand."""
    free = sa.or_(Lane.lease_until.is_(None), Lane.lease_until < wall)
    first = sa.select(sa.func.min(Lane.due_at)).where(Lane.kind == kind, Lane.due_at.is_not(None), free)
    since = session.scalars(first).one()
    if since is None or wall - since < LONG:
        return None
    words = f"Nobody has taken {KINDS[kind]} for {_spoken(wall - since)}."
    remedy = "Start `msb serve`, or a worker: its metrics and log say what it is doing."
    return broken(words, remedy) if wall - since > FAR_TOO_LONG else warning(words, remedy)


def _outreach(session: Session, now: datetime) -> list[Finding]:
    live = sa.text("state in ('scheduled', 'open')")
    since = session.scalars(sa.select(sa.func.min(CheckIn.next_touch_at)).where(live)).one()
    if since is None or now - since < LONG:
        return []
    words = f"The check-in that is due longest has been due for {_spoken(now - since)}."
    remedy = "Start `msb serve` or `msb scheduler`; outreach also pauses while MSB_OUTBOX_LIMIT is exceeded."
    return [broken(words, remedy) if now - since > FAR_TOO_LONG else warning(words, remedy)]


def _pauses(session: Session, now: datetime) -> list[Finding]:
    """What we hold back ourselves."""
    return [
        warning(
            f"We have been holding back {pause.what} for {_spoken(now - pause.since)}: {pause.reason}.",
            "It goes on by itself; docs/operations/watching.md tells what to look at meanwhile (OutboxFull).",
        )
        for pause in session.scalars(sa.select(Pause))
    ]


def _aside(session: Session, model: type[InboxMessage] | type[OutboxMessage]) -> dict[str, int]:
    counted = sa.select(model.state, sa.func.count()).group_by(model.state)
    found = session.execute(counted.where(sa.text("state in ('dead', 'failed', 'unknown')")))
    return {str(state): count for state, count in found}


def _spoken(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
