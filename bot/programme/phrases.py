"""The programme's texts, filled in for one member. `said` is what `member_values` gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.programme.models import Journey, Milestone, Programme, Resource, Rung, Step
from bot.programme.navigate import milestone_of
from bot.programme.template import render

Values = Mapping[str, str]


def public_values(programme: Programme) -> dict[str, str]:
    """What may be said to anybody: {organisation}, {programme}, {help_contact}."""
    organisation = programme.organisation
    return {
        "organisation": organisation.name,
        "programme": organisation.programme_name,
        "help_contact": organisation.help_contact,
    }


def member_values(
    programme: Programme, *, first_name: str, msm: str | None, goal: str | None = None, renewal: date | None = None
) -> dict[str, str]:
    """Also {first_name}, {msm} (the name of the member's Member Success Manager, else the team's), {goal} and
    {renewal_date}, for which general words stand while they are not known."""
    return {
        **public_values(programme),
        "first_name": first_name,
        "msm": msm or programme.organisation.team_name,
        "goal": goal or "your goal",
        "renewal_date": f"{renewal.day} {renewal:%B %Y}" if renewal else "your renewal date",
    }


def step_values(programme: Programme, journey: Journey, step: Step, said: Values) -> dict[str, str]:
    """Also {step}, {milestone} and {link}.

    A step of a pinned journey may name a resource that was removed since: then the link is the website.
    """
    resource = programme.resources.get(step.resource) if step.resource else None
    link = resource.url if resource else programme.organisation.website
    return {**said, "step": step.name, "milestone": milestone_of(journey, step.key).name, "link": link}


def ask_text(programme: Programme, journey: Journey, step: Step, said: Values) -> str:
    """The question of the check-in."""
    return render(step.ask, **step_values(programme, journey, step, said))


def guide_text(programme: Programme, journey: Journey, step: Step, said: Values) -> str:
    """How to do the step."""
    return render(step.guide, **step_values(programme, journey, step, said))


def rung_values(programme: Programme, journey: Journey, step: Step, rung: Rung, said: Values) -> dict[str, str]:
    """As `step_values`, and {ask} and {sender}.

    A sender that was removed since the ladder was frozen speaks as the programme.
    """
    values = step_values(programme, journey, step, said)
    return values | {"ask": render(step.ask, **values), "sender": sender_name(programme, rung.sender, said)}


def sender_name(programme: Programme, key: str, said: Values) -> str:
    """The name that the sender with this key signs with."""
    sender = programme.senders.get(key)
    return render(sender.name, **said) if sender else programme.organisation.programme_name


def celebrate_text(milestone: Milestone, said: Values) -> str:
    """What is said when the milestone is reached."""
    return render(milestone.celebrate, **{**said, "milestone": milestone.name})


def resource_text(resource: Resource, said: Values) -> str:
    """What a member who is stuck is sent."""
    return render(resource.text, **{**said, "title": resource.title, "link": resource.url})
