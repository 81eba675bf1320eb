"""What a colleague might do next about a case. Pure: it follows from what the card shows, and nothing is done by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from bot.handoff.replies import Way
from bot.handoff.view import CaseView
from bot.handoff.words import channel
from bot.model import HandOffReason, StepState
from bot.plan.wording import span

MOST = 4
FIRST = {
    HandOffReason.DISTRESS: "Read their words first. If somebody may be in danger, follow your organisation's "
    "procedure for emergencies before anything else.",
    HandOffReason.DETRACTOR: "Thank them for the honest answer, and ask what would have made it a better one.",
    HandOffReason.LEAVING: "Ask what they had hoped for, before you speak of staying.",
    HandOffReason.COMPLAINT: "Say what you will do about it, and by when.",
    HandOffReason.WRONG_NUMBER: "Find out the right number, and put it into their record.",
    HandOffReason.PRIVACY: "Answer within the time that the law gives: in the EU and the UK a month from the request.",
}
"""What comes first, whatever else is known."""


def suggestions(view: CaseView, ways: Sequence[Way]) -> tuple[str, ...]:
    """The most useful steps first, at most `MOST`; none for a case that is over."""
    if view.state == "resolved":
        return ()
    found = [words for rule in _RULES for words in rule(view, ways)]
    return tuple(dict.fromkeys(found))[:MOST]


def _by_reason(view: CaseView, _ways: Sequence[Way]) -> Iterable[str]:
    known = FIRST.get(HandOffReason(view.reason))
    return [known] if known is not None else []


def _stranger(view: CaseView, _ways: Sequence[Way]) -> Iterable[str]:
    if view.person is None:
        yield "Find out who this is, and match them to a member: from then on the assistant knows them."


def _waits(view: CaseView, ways: Sequence[Way]) -> Iterable[str]:
    since = view.clock.waiting_since
    if since is None or view.clock.snoozed_until is not None or (view.words is None and not view.last_messages):
        return
    if any(way.hindrance is None for way in ways):
        who = view.person.name if view.person else "They"
        waited = view.at - since
        for_long = f" for {span(waited)}" if waited >= timedelta(minutes=1) else ""
        yield f"Answer: {who} has waited for a word of a person{for_long}."


def _calls(view: CaseView, ways: Sequence[Way]) -> Iterable[str]:
    if not view.can_call:
        return
    if not any(way.hindrance is None for way in ways):
        yield "Call: there is no way to write to them."
    elif view.reason in (HandOffReason.SILENT, HandOffReason.DISTRESS) and not _was_called(view):
        yield "Call: nobody has tried that yet."


def _was_called(view: CaseView) -> bool:
    touches = view.question.touches if view.question is not None else ()
    return any(touch.channel == "voice" and touch.state != "skipped" for touch in touches)


def _stuck(view: CaseView, _ways: Sequence[Way]) -> Iterable[str]:
    at = view.position
    if at is not None and at.open_step is not None and at.state == StepState.BLOCKED:
        yield f"Ask what stands in the way of {at.open_step}, and what would help: training, or a colleague's hand."


def _best_way(view: CaseView, _ways: Sequence[Way]) -> Iterable[str]:
    reach = view.member.reach if view.member is not None else None
    if reach is None or reach.best is None:
        return
    if reach.away_until is not None:
        yield "They are away: snooze the case until they are back, unless it can't wait."
    elif reach.why in ("wished", "answers"):
        why = "they asked for it" if reach.why == "wished" else "they answer there most"
        yield f"Write by {channel(reach.best)}: {why}."


def _renewal(view: CaseView, _ways: Sequence[Way]) -> Iterable[str]:
    left = view.person.renews_in if view.person is not None else None
    if left is not None and 0 <= left.days <= 30:
        yield f"Speak of the renewal: it is {'today' if not left.days else f'in {left.days} days'}."


_RULES: tuple[Callable[[CaseView, Sequence[Way]], Iterable[str]], ...] = (
    _by_reason, _stranger, _waits, _calls, _stuck, _best_way, _renewal,
)  # fmt: skip
