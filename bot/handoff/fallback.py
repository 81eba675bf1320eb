"""What staff can't see in Slack reaches their team's mailbox: a case once, then what its member writes, in bundles.

Slack may be down, may refuse a card, or may not be set up at all. When it shows cases again, each card appears once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bot.clock import Clock, Times
from bot.db import Database
from bot.handoff import desk, letters, routing
from bot.handoff.letters import Letter, about
from bot.handoff.words import words
from bot.lanes.put import make_ready
from bot.model import HandOff, HandOffState, OutboxMessage, OutboxState
from bot.outbox.enqueue import LANE_KIND
from bot.programme.models import Programme

RULE = "hand_off:unseen"
MESSAGE = "member_message"
MOST = 200
EXCERPT = 500
SHOWN = 20

_WAITS = OutboxMessage.state.in_(
    sa.bindparam("waits", [OutboxState.PENDING, OutboxState.SENDING], expanding=True, literal_execute=True)
)
_RESOLVED = sa.bindparam("resolved", HandOffState.RESOLVED, type_=HandOff.state.type, literal_execute=True)
_KIND = OutboxMessage.body["kind"].as_string()
_NO_INBOX = sa.and_(OutboxMessage.state == OutboxState.REFUSED, OutboxMessage.error == desk.NO_INBOX)
_LOST = OutboxMessage.state.in_([OutboxState.FAILED, OutboxState.DEAD, OutboxState.UNKNOWN])
_letter, _card = aliased(OutboxMessage), aliased(OutboxMessage)
_MAILED = sa.exists().where(_letter.hand_off_id == OutboxMessage.hand_off_id, _letter.rule == RULE)
_POSTED = sa.exists().where(
    _card.hand_off_id == OutboxMessage.hand_off_id,
    _card.channel == desk.CHANNEL,
    _card.body["kind"].as_string() == desk.CARD,
    _card.provider_id.is_not(None),
)


@dataclass(frozen=True)
class Mailer:
    """What the e-mails need. `console` is its address, or empty: then they hold what members wrote."""

    programme: Programme
    console: str
    times: Times


def mail_unseen(db: Database, programme: Programme, clock: Clock, console: str) -> int:
    """Writes to the teams about what they can't see in Slack; returns how many e-mails."""
    mailer = Mailer(programme, console.rstrip("/"), Times(clock.now(), clock.wall()))
    with db.begin() as session:
        found = _due(session, mailer.times.now - programme.inbox.email_after)
    written = 0
    for case_id in found:
        with db.begin() as session:
            written += _write(session, mailer, case_id)
    return written


def show_again(db: Database, clock: Clock) -> int:
    """Sends on to Slack what unresolved cases had to show before it was set up; returns how much that is.

    Of each card one edition, which shows the case as it is then.
    """
    kept = (_NO_INBOX, _KIND.in_([desk.CARD, MESSAGE]))
    shown = 0
    with db.begin() as session:
        for some in _unresolved(session):
            cards: set[int | None] = set()
            for row in session.scalars(_of_cases(some).where(*kept).order_by(OutboxMessage.id)):
                if row.body["kind"] == desk.CARD and row.hand_off_id in cards:
                    row.error = desk.SUPERSEDED
                    continue
                if row.body["kind"] == desk.CARD:
                    cards.add(row.hand_off_id)
                row.state, row.error, row.attempts = OutboxState.PENDING, None, 0
                make_ready(session, row.lane, LANE_KIND, clock.wall())
                shown += 1
    return shown


def _unresolved(session: Session) -> Iterator[Sequence[int]]:
    """The unresolved cases, by their index, in portions: joined to the outbox, all of that would be read."""
    ids = session.scalars(sa.select(HandOff.id).where(HandOff.state != _RESOLVED)).all()
    yield from (ids[at : at + MOST] for at in range(0, len(ids), MOST))


def _of_cases(cases: Sequence[int]) -> sa.Select[OutboxMessage]:
    """What these cases have to show to staff."""
    return sa.select(OutboxMessage).where(OutboxMessage.hand_off_id.in_(cases), OutboxMessage.channel == desk.CHANNEL)


def _due(session: Session, before: datetime) -> list[int]:
    """The cases of which staff don't see something that has been waiting since `before`, or can't be shown."""
    unseen = sa.or_(_NO_INBOX, sa.and_(_LOST, OutboxMessage.created_at <= before))
    if _fails(session, before):
        unseen = sa.or_(unseen, sa.and_(_WAITS, OutboxMessage.created_at <= before))
    is_case = sa.and_(_KIND == desk.CARD, ~_MAILED, ~_POSTED)
    is_news = sa.and_(_KIND == MESSAGE, ~_since())
    found: list[int] = []
    for some in _unresolved(session):
        of_cases = _of_cases(some).where(unseen, sa.or_(is_case, is_news))
        whose = of_cases.with_only_columns(OutboxMessage.hand_off_id).distinct()
        found += [case_id for case_id in session.scalars(whose) if case_id is not None]
    return found


def _since() -> sa.Exists:
    """Whether an e-mail was written after this row; rows of one case are written one after the other."""
    return _MAILED.where(_letter.id > OutboxMessage.id)


def _fails(session: Session, before: datetime) -> bool:
    """Whether Slack doesn't take what waits: after a restart much may be old that was only not tried yet."""
    tried = sa.exists().where(
        OutboxMessage.channel == desk.CHANNEL,
        _WAITS,
        OutboxMessage.error.is_not(None),
        OutboxMessage.created_at <= before,
    )
    return bool(session.scalar(sa.select(tried)))


def _write(session: Session, mailer: Mailer, case_id: int) -> int:
    case = session.get_one(HandOff, case_id, with_for_update=True)
    team = routing.desk_of(mailer.programme.inbox, case.team)
    if case.state is HandOffState.RESOLVED or team is None:
        return 0
    of_case = _of_cases([case_id]).where(_KIND == MESSAGE, ~_since())
    news = session.scalars(of_case.where(sa.or_(_NO_INBOX, _LOST, _WAITS)).order_by(OutboxMessage.id)).all()
    is_new = not session.scalar(sa.select(sa.exists().where(_letter.hand_off_id == case_id, _letter.rule == RULE)))
    if is_new and not desk.is_posted(session, case_id):
        letter = _opening(mailer, case, team.name, news)
    elif news:
        letter = _more(mailer, case, news)
    else:
        return 0
    occasion = f"unseen:{news[-1].id if news else 'card'}"
    letters.send(
        session, mailer.programme, case, letter, to=team.email, occasion=occasion, times=mailer.times, rule=RULE
    )
    return 1


def _opening(mailer: Mailer, case: HandOff, team: str, news: Sequence[OutboxMessage]) -> Letter:
    what = f"{about(case)}: {words(case.reason)}"
    lines = [
        "Slack does not show this case at present, so it comes by e-mail.",
        f"{what}, {case.priority} priority, for {team}.",
        letters.whose(case),
        *_where(mailer, case, [f"What is known: {case.summary}"] if case.summary else [], news),
    ]
    return Letter(f"Case {case.id}, {case.priority}: {what}", "\n\n".join(lines))


def _more(mailer: Mailer, case: HandOff, news: Sequence[OutboxMessage]) -> Letter:
    count = "a message" if len(news) == 1 else f"{len(news)} messages"
    lines = [f"{about(case)} wrote {count}, which Slack does not show at present.", letters.whose(case)]
    subject = f"Case {case.id}, {case.priority}: {about(case)} wrote {count}"
    return Letter(subject, "\n\n".join([*lines, *_where(mailer, case, [], news)]))


def _where(mailer: Mailer, case: HandOff, known: list[str], news: Sequence[OutboxMessage]) -> list[str]:
    """Where to read and answer. Without a console all that is needed is in the e-mail itself."""
    end = "Answers to this e-mail go to your colleagues; the member does not get them."
    if mailer.console:
        return [f"Read it and answer here: {mailer.console}/cases/{case.id}", end]
    reach = [] if case.channel == "none" else [f"To be reached at: {case.address} ({words(case.channel)})"]
    wrote = [_quote(row) for row in news[-SHOWN:]]
    return [*known, *reach, *wrote, end]


def _quote(row: OutboxMessage) -> str:
    text = " ".join(str(row.body.get("text") or "").split())
    return f"They wrote: {text if len(text) <= EXCERPT else text[: EXCERPT - 1] + chr(0x2026)}"
