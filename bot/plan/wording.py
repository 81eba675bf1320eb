"""The words of plans: reasons of the contact policy, lengths of time, and what steps count from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.outreach.policy import Reason
from bot.programme.models import Due, Entry, SurveyTime
from bot.programme.template import render

REASONS: Mapping[Reason, str] = {
    Reason.MEMBER_LEFT: "{name} is not a member any more, or the membership has lapsed.",
    Reason.NO_LONGER_OPEN: "The question has been answered, or the step was done in another way.",
    Reason.CLASS_DECLINED: "{name} does not want messages of this class.",
    Reason.SAID_STOP: "{name} has opted out, and there is no other address that may be used.",
    Reason.OPEN_CASE: "A case about {name} is open; nothing is sent until a colleague has resolved it.",
    Reason.MEMBER_WRITING: "{name} has just written and has no answer yet.",
    Reason.MEMBER_ACTIVE: "{name} wrote less than half an hour ago.",
    Reason.AWAY: "{name} is away.",
    Reason.ANOTHER_QUESTION: "It waits until {name} has answered another question, or that one is over.",
    Reason.PREFERS_OTHER: "{name} asked to be written to on another channel, and this rung is not on it.",
    Reason.NO_ADDRESS: "{name} has no address for this way of contact, or its channel is not switched on.",
    Reason.NO_CONSENT: "{name} has not agreed to be contacted in this way.",
    Reason.UNUSABLE_ADDRESS: "The provider says that this address does not work.",
    Reason.OPTED_OUT_HERE: "{name} has opted out of this way of contact; there are others.",
    Reason.WINDOW_CLOSED: "The channel does not allow to write first: {name} has not written there lately.",
    Reason.MSM_AWAY: "Calls are put through to the Member Success Manager, who is away.",
    Reason.QUIET_HOURS: "It is outside of contact hours where {name} lives.",
    Reason.PUBLIC_HOLIDAY: "It is a public holiday where {name} lives.",
    Reason.DAILY_CAP: "{name} has had the most messages that one day allows.",
    Reason.WEEKLY_CAP: "{name} has had the most messages that one week allows.",
}
"""A sentence for each reason; {name} is the member's first name."""
SURVEY_REASONS: Mapping[str, str] = {
    "survey_again_after": "The same survey was asked not long ago.",
    "survey_every": "Another survey was asked not long ago.",
    "surveys_per_year": "There have been the most surveys that a year allows.",
    "survey_gone": "The content has this survey no more.",
    "lapsed": "Its time was over.",
}
"""Why a survey waits, or was left out."""
COUNTS_FROM = {"joined": "joining", "entered": "the journey began", "previous_step": "the step before was over"}


def reason_words(reason: str, name: str, waits_for: str | None = None) -> str:
    """The sentence for a reason; one that the policy doesn't know (of a delivery, of staff) is told as it is.

    `waits_for` names the step of the other question that has to be answered first.
    """
    if reason == Reason.ANOTHER_QUESTION and waits_for is not None:
        return f"It waits until {name} has answered the question about {waits_for}, or that one is over."
    known = REASONS.get(Reason(reason)) if reason in set(Reason) else SURVEY_REASONS.get(reason)
    return render(known, name=name) if known is not None else reason.replace("_", " ")


def span(length: timedelta) -> str:
    """A length of time in words, to the minute: ``1 day and 12 hours``."""
    minutes = round(abs(length).total_seconds() / 60)
    parts = ((minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute"))
    told = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " and ".join(told) or "no time"


def due_words(due: Due) -> str:
    """From when a step is asked: ``3 days after joining``."""
    start = COUNTS_FROM.get(due.after) or ("the renewal date" if due.after == "renewal" else f'the date "{due.date}"')
    return _offset(due.offset, start)


def entry_words(entry: Entry) -> str:
    """When a member enters a journey: ``90 days before the renewal date``."""
    starts = {"joined": "joining", "renewal": "the renewal date", "lapsed": "the membership lapsed"}
    start = starts.get(entry.after) or f"the stage {entry.stage} was over"
    again = f", and again every {span(entry.every)}" if entry.every is not None else ""
    return _offset(entry.offset, start) + again


def survey_words(when: SurveyTime) -> str:
    """After what a survey is asked: ``7 days after joining``."""
    starts = {"joined": "joining", "renewal": "the renewal date", "case_closed": "a case was closed"}
    return _offset(when.offset, starts.get(when.after) or f"{when.event}")


def masked(address: str) -> str:
    """An address with its last four characters alone."""
    return f"...{address[-4:]}" if len(address) > 4 else "..."


def _offset(offset: timedelta, start: str) -> str:
    if not offset:
        return f"right after {start}"
    return f"{span(offset)} {'before' if offset < timedelta() else 'after'} {start}"
