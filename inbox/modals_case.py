"""The dialogs by which staff give a case to somebody, let it rest, and say how a call went. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.handoff.moments import moments_ahead
from bot.handoff.spoken import OUTCOMES
from bot.handoff.words import sentence
from inbox.modals import Block, Origin, View, ask, menu, option, remark, view
from inbox.text import moment
from slackkit.text import clip, formatted, mark

ASSIGN, SNOOZE, CALL = "assign", "snooze", "call"
TO, UNTIL, DAY, WENT = "to", "until", "day", "went"
WORDS_LIMIT = 1000
PEOPLE = 90


@dataclass(frozen=True)
class Candidate:
    """Somebody, or a team, who may get a case; `value` tells them apart, `about` says what speaks for or against."""

    name: str
    value: str
    about: str = ""


def assign(origin: Origin, people: Sequence[Candidate], teams: Sequence[Candidate]) -> View:
    """Asks who is to have the case: a colleague, or a team, whoever is there."""
    groups = [
        {"label": {"type": "plain_text", "text": label}, "options": [_candidate(one) for one in found]}
        for label, found in (("Colleagues", people[:PEOPLE]), ("Whoever is there", teams))
        if found
    ]
    element: Block = {"type": "static_select", "action_id": TO, "option_groups": groups}
    return view(ASSIGN, "Assign", "Assign", origin, [ask(TO, "Who is to have it?", element)])


def snooze(origin: Origin, now: datetime, zone: ZoneInfo, morning: time) -> View:
    """Asks until when the case rests; moments are those of the team, whose day begins at `morning`."""
    moments = moments_ahead(now, zone, morning)
    options = [option(f"{label}: {moment(at.astimezone(zone))}", str(int(at.timestamp()))) for label, at in moments]
    first = options[0]["value"]
    until = ask(UNTIL, "Let it rest until", menu(UNTIL, options, first, "radio_buttons"))
    day = ask(DAY, "Or until the morning of", {"type": "datepicker", "action_id": DAY}, optional=True)
    zone_is = remark(f"Times are those of {zone.key}. A message of the member ends it at once.")
    return view(SNOOZE, "Snooze", "Snooze", origin, [until, day, zone_is])


def call(origin: Origin, who: str, number: str) -> View:
    """Shows the number to call, and asks how the call went."""
    # The number is E.164 as the record has it; a link in angle brackets is only made of digits.
    digits = "".join(sign for sign in number if sign.isdigit())
    link = f"<tel:+{digits}|{mark(number)}>" if digits else mark(number)
    shown: Block = {"type": "section", "text": formatted(f"*{mark(clip(who, 100))}*  {link}", 1000)}
    options = [option(sentence(said), outcome) for outcome, said in OUTCOMES.items()]
    went = ask(WENT, "How did the call go?", menu(WENT, options, kind="radio_buttons"))
    text: Block = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": WORDS_LIMIT}
    words = ask("text", "What was said? Members don't see this.", text, optional=True)
    return view(CALL, "Call", "Keep", origin, [shown, went, words])


def _candidate(one: Candidate) -> Block:
    about = f" ({one.about})" if one.about else ""
    return option(f"{clip(one.name, 75 - len(about))}{about}", one.value)
