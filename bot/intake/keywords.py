"""STOP, START and HELP, and words of distress: decided before any model, and while the engine is down."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot import audit
from bot.clock import Times
from bot.handoff.cases import Need, member_said, open_case, unresolved
from bot.handoff.replies import consent_changed
from bot.intake.say import answer
from bot.language.distress import is_distress
from bot.language.keywords import Keyword, Match, classify
from bot.members import consent
from bot.members.said import said_of
from bot.model import ContactPoint, HandOffReason, HandOffState, InboxMessage, Member, Priority, Purpose
from bot.outreach import resume
from bot.programme.models import Programme
from bot.programme.phrases import public_values
from bot.programme.template import render


@dataclass(frozen=True)
class Handling:
    """What the answers need. `answered_by_provider`: the channels whose provider confirms exact keywords itself.

    `flood_limit`: how many messages of one sender within a minute are answered.
    """

    programme: Programme
    times: Times
    answered_by_provider: frozenset[str]
    flood_limit: int


def handle(
    session: Session, handling: Handling, item: InboxMessage, member: Member, point: ContactPoint | None
) -> str | None:
    """Deals with a message that is decided by its words alone; returns its outcome, or None when it is not."""
    opted_out = point is not None and point.opted_out_at is not None
    language = member.language.split("-")[0]
    match = decided_by_provider(item) or classify(item.text, opted_out=opted_out, language=language)
    if is_distress(item.text):
        _distress(session, handling, item, member)
        if match is not None and match.keyword is Keyword.STOP and point is not None:
            _stop(session, handling, item, point, match)  # both are heard, and the one answer is the caring one
        return "distress"
    if match is not None and point is not None:
        _keyword(session, handling, item, point, match)
        return f"keyword:{match.keyword}"
    return None


def decided_by_provider(item: InboxMessage) -> Match | None:
    """The keyword that the provider took the message for, when it says so: it knows words that its customer chose."""
    decided = item.body.get("opt_out_type")
    return Match(Keyword(decided), exact=True) if decided in set(Keyword) else None


def _stop(session: Session, handling: Handling, item: InboxMessage, point: ContactPoint, match: Match) -> None:
    """Ends the messages on this channel without a word, and tells those who have the case."""
    now = handling.times.now
    consent.withdraw(session, point, _evidence(item, match), now)
    audit.write(session, now, "member", "keyword.STOP", member_id=point.member_id, reason=item.text[:100])
    case = unresolved(session, f"member:{point.member_id}")
    if case is not None:
        consent_changed(session, case, item, stopped=True, times=handling.times)


def _evidence(item: InboxMessage, match: Match) -> consent.Evidence:
    return consent.Evidence(consent.KEYWORD if match.exact else "free_words", item.text[:500])


def _keyword(session: Session, handling: Handling, item: InboxMessage, point: ContactPoint, match: Match) -> None:
    now, texts = handling.times.now, handling.programme.texts
    provider_answers = item.channel in handling.answered_by_provider and match.exact
    evidence = _evidence(item, match)
    match match.keyword:
        case Keyword.STOP:
            consent.withdraw(session, point, evidence, now)
            text = texts.stop_confirmation
        case Keyword.START:
            if point.opted_out_at is not None and not consent.stopped_at_provider(session, point):
                provider_answers = False  # it never knew of the stop, so it says nothing of its end
            consent.grant(session, point, evidence, now)
            resume.after_start(session, point.member, now)
            text = texts.start_confirmation
        case Keyword.HELP:
            text = texts.help
    audit.write(session, now, "member", f"keyword.{match.keyword}", member_id=point.member_id, reason=item.text[:100])
    case = unresolved(session, f"member:{point.member_id}")
    if case is not None and case.state is HandOffState.CLAIMED:
        member_said(session, case, item, now=now, wall=handling.times.wall)
    if case is not None and match.keyword is not Keyword.HELP:
        consent_changed(session, case, item, stopped=match.keyword is Keyword.STOP, times=handling.times)
    if not provider_answers:
        words = render(text, **public_values(handling.programme))
        answer(session, item, words, handling.times, purpose=Purpose.NOTICE, rule=f"keyword:{match.keyword}")


def _distress(session: Session, handling: Handling, item: InboxMessage, member: Member) -> None:
    need = Need(
        reason=HandOffReason.DISTRESS,
        summary="Words of distress. Please look at once.",
        channel=item.channel,
        address=item.address,
        member=member,
        priority=Priority.URGENT,
    )
    case = open_case(session, need, handling.programme, now=handling.times.now, wall=handling.times.wall)
    member_said(session, case, item, now=handling.times.now, wall=handling.times.wall)
    words = render(handling.programme.texts.distress, **said_of(handling.programme, member))
    answer(session, item, words, handling.times, purpose=Purpose.NOTICE, rule="distress")
