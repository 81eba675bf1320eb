"""The classes of data: how long each is kept, what happens then, and why not sooner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import MsbError
from bot.programme.duration import parse_duration
from bot.programme.unfit import Unfit


class KeepingRefused(MsbError):
    """MSB_KEEP can't be used."""


class Kind(StrEnum):
    """The classes, in the order in which they are tidied."""

    LANES = "lanes"
    TURNS = "turns"
    CODES = "codes"
    SIGN_INS = "sign_ins"
    RECEIPTS = "receipts"
    CONTENTS = "contents"
    STRANGE_EVENTS = "strange_events"
    FINDINGS = "findings"
    ABSENCES = "absences"
    MESSAGES = "messages"
    EVENTS = "events"
    SURVEY_WORDS = "survey_words"
    CHECK_INS = "check_ins"
    CASES = "cases"
    AUDIT = "audit"
    SURVEYS = "surveys"


class Then(StrEnum):
    """What happens at the end of the time."""

    EMPTIED = "emptied"
    DELETED = "deleted"
    ARCHIVED = "archived and deleted"


@dataclass(frozen=True)
class Rule:
    """One class: `days` unless the settings say otherwise, `least` is the shortest that the other rules allow."""

    days: int
    least: int
    then: Then
    what: str
    needed_for: str


RULES: Mapping[Kind, Rule] = {
    Kind.LANES: Rule(
        30, 7, Then.DELETED, "Lanes in which nothing waits, since they were last used.",
        "A worker that comes back from the dead must not take a new lane for its old one.",
    ),
    Kind.TURNS: Rule(
        7, 1, Then.DELETED, "What the actions of a turn answered, since the message was dealt with.",
        "A turn that is repeated repeats the answer, not the effect.",
    ),
    Kind.CODES: Rule(
        180, 2, Then.DELETED, "Links and codes that connect an address, since they ran out.",
        "Limits count the codes of a day; who presses an old link again is told that it is used.",
    ),
    Kind.SIGN_INS: Rule(
        90, 1, Then.DELETED, "Sign-in links and sessions of the console, since they ran out.",
        "Admins see when and how a colleague last came in; the audit log keeps it for longer.",
    ),
    Kind.RECEIPTS: Rule(
        90, 7, Then.DELETED, "Receipts of providers. What they told stays with the message.",
        "Providers repeat receipts for up to three days, and each counts once.",
    ),
    Kind.CONTENTS: Rule(
        365, 31, Then.EMPTIED, "The words of messages, in and out. That there was a message, when and how, stays.",
        "Buttons work for 30 days; open cases and questions show what was said, and are spared.",
    ),
    Kind.STRANGE_EVENTS: Rule(
        180, 31, Then.DELETED, "Events of people whom nobody has enrolled.",
        "Who is enrolled gets what was seen of them before; systems repeat events, and each counts once.",
    ),
    Kind.FINDINGS: Rule(
        180, 31, Then.DELETED, "What the auditor found, since it was last seen.",
        "The same finding is told once.",
    ),
    Kind.ABSENCES: Rule(
        365, 31, Then.DELETED, "Absences of members and colleagues, since they ended.",
        "The auditor judges a message by who was away when it was sent.",
    ),
    Kind.MESSAGES: Rule(
        730, 90, Then.ARCHIVED, "Messages in and out, with calls and what receipts are left.",
        "Providers' ids tell repetitions; limits look back 30 days, best times some months.",
    ),
    Kind.EVENTS: Rule(
        730, 180, Then.ARCHIVED, "Events of members.",
        "Ids tell repetitions; a new journey looks for what was done before it, surveys follow events.",
    ),
    Kind.SURVEY_WORDS: Rule(
        730, 180, Then.EMPTIED, "What members wrote in surveys. Scores and choices stay.",
        "Answers are shown beside a member's cases.",
    ),
    Kind.CHECK_INS: Rule(
        730, 180, Then.ARCHIVED, "Questions that are closed, of journeys that are over, with their touches.",
        "Caps look back 7 days, the auditor as far as it is told, the signs of a member at risk 120 days.",
    ),
    Kind.CASES: Rule(
        1095, 180, Then.ARCHIVED, "Resolved cases with their history, since they were resolved.",
        "Figures compare weeks; a member who writes again goes on with the case; risk looks back 120 days.",
    ),
    Kind.AUDIT: Rule(
        1095, 180, Then.ARCHIVED, "The audit log. Entries on memberships stay as long as the member.",
        "It says who did what; the auditor reads in it what was so when a message was sent.",
    ),
    Kind.SURVEYS: Rule(
        1825, 400, Then.ARCHIVED, "Surveys that are over, with the answers.",
        "Results compare years; a member is asked so many surveys a year.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Keeping:
    """How long each class is kept; one that is not named is kept for ever."""

    lengths: Mapping[Kind, timedelta]

    def cutoff(self, kind: Kind, now: datetime) -> datetime | None:
        """What is older has had its time; None: there is no such moment."""
        length = self.lengths.get(kind)
        return now - length if length else None


def read_keeping(changed: Mapping[str, str]) -> Keeping:
    """The defaults with what the settings change; no time at all (``0d``) is for ever.

    Raises:
        KeepingRefused: there is no such class, or it has to be kept for longer.
    """
    lengths = {kind: timedelta(days=rule.days) for kind, rule in RULES.items()}
    for name, text in changed.items():
        if name not in list(Kind):
            raise KeepingRefused(f'There is no class "{name}"; there are {", ".join(Kind)}.')
        kind = Kind(name)
        try:
            lengths[kind] = parse_duration(text)
        except Unfit as error:
            raise KeepingRefused(f"{name}: {error.problem}. {error.remedy}") from error
        least = timedelta(days=RULES[kind].least)
        if lengths[kind] and lengths[kind] < least:
            raise KeepingRefused(f"{name} has to be kept for {least.days} days or more. {RULES[kind].needed_for}")
    return Keeping({kind: length for kind, length in lengths.items() if length})
