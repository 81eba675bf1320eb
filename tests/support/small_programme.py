"""A small programme for tests: what it says is decided here, so that tests don't change with the shipped content."""

from __future__ import annotations

from typing import Any

from bot.programme.models import Programme

TEXTS = {
    "stop_confirmation": "{organisation}: stopped",
    "start_confirmation": "{organisation}: started",
    "help": "{programme}: help",
    "stranger": "{organisation}: who are you?",
    "engine_down": "{first_name}, a person reads this.",
    "distress": "{first_name}, we are sorry.",
    "handoff_opened": "{msm} takes over.",
    "back_to_bot": "{programme} is back, {first_name}.",
    "confirm_name": "Are you {first_name}?",
    "linked": "{first_name}, you are in.",
    "link_refused": "{organisation}: no such link",
    "not_them": "{organisation}: not connected",
    "wrong_number": "{organisation}: so sorry",
    "code": "{organisation}: {code}",
    "code_sent": "{organisation}: a code, if we know you",
    "code_refused": "{organisation}: not that code",
    "confirm_email": "{first_name}, confirm: {link}",
    "choice_gone": "{programme}: that button is gone",
    "bundled": "{ask} Also: {other}",
    "stranger_distress": "{programme}: call for help",
}


def rung(modality: str = "sms", sender: str = "programme", wait: str = "2d", text: str = "{sender}: {ask}") -> Any:
    """One rung, as the content writes it."""
    subject = {"subject": "A question"} if modality == "email" else {}
    return {"modality": modality, "sender": sender, "wait": wait, "text": text, **subject}


def ladder(*rungs: Any, priority: str = "normal") -> Any:
    return {"rungs": list(rungs), "then": {"team": "member_success", "priority": priority}}


def step(key: str, after: str = "previous_step", offset: str = "3d", **more: Any) -> Any:
    return {
        "key": key,
        "name": f"your {key}",
        "ask": f"Is your {key} done?",
        "guide": f"How to do your {key}: {{link}}",
        "due": {"after": after, "offset": offset},
        "ladder": "standard",
        **more,
    }


STEPS = {
    "settled": [step("form", "joined", "1d", resource="form_help"), step("hello", bridge="training")],
    "at_home": [step("plan", bridge="services")],
}


def journey(key: str = "onboarding", milestones: Any = None, **more: Any) -> Any:
    found = STEPS if milestones is None else milestones
    return {
        "key": key,
        "name": "First days",
        "stage": "onboarding",
        "milestones": [
            {"key": name, "name": name, "celebrate": f"Well done: {name}!", "steps": steps}
            for name, steps in found.items()
        ],
        **more,
    }


def make_programme(**changes: Any) -> Programme:
    """Two rungs by SMS two days apart, then a person; three steps in two milestones; caps of 1 a day and 3 a week."""
    content: dict[str, Any] = {
        "organisation": {
            "name": "Guild",
            "programme_name": "Compass",
            "team_name": "our team",
            "help_contact": "help@example.org",
            "website": "https://example.org",
        },
        "hours": {"start": "09:00", "end": "20:00", "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat"]},
        "caps": {"per_day": 1, "per_week": 3},
        "segments": [
            {"key": "student", "name": "S", "rule": {"all": [{"trait": "stage", "op": "is", "value": "student"}]}},
            {"key": "everybody", "name": "E"},
        ],
        "senders": {
            "programme": {"name": "{programme}", "kind": "programme"},
            "msm": {"name": "{msm}", "kind": "msm"},
        },
        "ladders": {"standard": ladder(rung(), rung(sender="msm"))},
        "resources": {"form_help": {"title": "Form", "url": "https://example.org/form", "text": "Look here: {link}"}},
        "texts": TEXTS,
        "journeys": {"onboarding": journey()},
    }
    return Programme.model_validate({**content, **changes})
