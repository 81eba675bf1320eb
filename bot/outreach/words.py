"""What a rung says: its text, with the question of the step or the words of a celebration."""

from __future__ import annotations

from typing import Any

from bot.model import CheckIn, CheckInKind
from bot.outreach.facts import Known
from bot.outreach.reach import Point
from bot.programme import navigate, phrases
from bot.programme.models import Rung
from bot.programme.template import render
from bot.surveys.path import Ask

ANSWERS = {"Done": "report_done", "Not yet": "report_not_done", "I'm stuck": "report_blocked"}
"""The buttons under a check-in, where a channel has buttons, and what they mean."""


def body(known: Known, check_in: CheckIn, rung: Rung, point: Point, partner: CheckIn | None = None) -> dict[str, Any]:
    """What the channel renders: text, subject and sender for e-mail, buttons where there are any.

    Two questions in one message have no buttons: "Done" would not say which.
    """
    values = _values(known, check_in, rung, partner)
    found: dict[str, Any] = {"text": render(rung.text, **values)}
    if rung.subject is not None:
        found["subject"] = render(rung.subject, **values)
        found["sender"] = values["sender"]
    if check_in.kind is CheckInKind.STEP and partner is None and known.reach.has_buttons(point):
        found |= {"choices": list(ANSWERS), "meanings": list(ANSWERS.values())}
    if check_in.kind is CheckInKind.SURVEY:
        ask = known.batch.ask(known.programme, check_in)
        found |= survey_choices(ask, known.reach.has_buttons(point))
    if check_in.message_class != "relationship":
        found["message_class"] = check_in.message_class
    return found


def survey_choices(ask: Ask, has_buttons: bool) -> dict[str, Any]:
    """What is offered under a question of a survey: its choices, and where there are buttons the numbers of a scale."""
    if ask.choices:
        return {"choices": list(ask.choices)}
    low, high = ask.scale
    return {"choices": [str(score) for score in range(low, high + 1)]} if has_buttons and low == 1 and high > 1 else {}


def text(known: Known, check_in: CheckIn, rung: Rung) -> str:
    """The words of a rung alone."""
    return render(rung.text, **_values(known, check_in, rung, None))


def _values(known: Known, check_in: CheckIn, rung: Rung, partner: CheckIn | None) -> dict[str, str]:
    """The values of a rung's placeholders."""
    programme, values = known.programme, {**known.said}
    values["sender"] = phrases.sender_name(programme, rung.sender, values)
    if check_in.run_id is None:
        name = programme.surveys[check_in.step].name
        ask = render(known.batch.ask(programme, check_in).text, **values)
        return values | {"ask": ask, "link": programme.organisation.website, "step": name, "milestone": name}
    journey = known.journey(check_in.run_id)
    if check_in.kind is CheckInKind.CELEBRATION:
        milestone = next(one for one in journey.milestones if one.key == check_in.step)
        return values | {"celebrate": phrases.celebrate_text(milestone, values), "milestone": milestone.name}
    found = phrases.rung_values(programme, journey, navigate.step_of(journey, check_in.step), rung, values)
    if partner is not None and partner.run_id is not None:
        beside = known.journey(partner.run_id)
        other = phrases.ask_text(programme, beside, navigate.step_of(beside, partner.step), values)
        found["ask"] = render(programme.texts.bundled, ask=found["ask"], other=other)
    return found
