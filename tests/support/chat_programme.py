"""What the conversations of the tests are about: a first journey with all kinds of steps, pages, and a survey."""

from __future__ import annotations

from typing import Any

from bot.programme.models import Programme
from tests.support.small_programme import journey, ladder, make_programme, rung, step

PROFILE = step(
    "profile", "joined", "1d", name="your profile", ask="Have you filled in your profile?", resource="profile_help",
    aliases=["the form", "profile form"],
)  # fmt: skip
GOAL = step("goal", name="your goal for the year", ask="Have you picked a goal for the year?", observed_by=["goal.set"])
WEBINAR = step("webinar", name="the welcome webinar", ask="Have you been to the welcome webinar?", bridge="training")
GROUP = step(
    "group", name="joining an interest group", bridge="services", ask="Have you joined a group?",
    aliases=["interest group"],
)  # fmt: skip

PAGES: dict[str, tuple[str, list[str]]] = {
    "profile_help": ("The profile form, question by question", ["profile", "profile form"]),
    "benefits_page": ("What members get", ["benefits", "discounts", "perks"]),
    "events_page": ("Coming events", ["coming events", "event", "webinars"]),
    "renewal_page": ("Renewing", ["renewal", "dues", "invoice", "membership fee"]),
    "refer_page": ("Bring a colleague", ["refer a colleague", "invite a friend"]),
    "login_page": ("Signing in", ["log in", "password"]),
}
RECOMMEND: dict[str, Any] = {
    "key": "recommend", "kind": "nps", "ask": "How likely are you to recommend us, from 0 to 10?",
    "follow_up": {"low": "What went wrong?", "middle": "What is missing?", "high": "What do you like most?"},
}  # fmt: skip
SEEKS: dict[str, Any] = {
    "key": "seeks", "kind": "single", "ask": "What are you looking for?", "choices": ["people", "learning", "a job"],
}  # fmt: skip


def _pages() -> dict[str, Any]:
    return {
        key: {"title": title, "topics": topics, "url": f"https://example.org/{key}", "text": f"{title}: {{link}}"}
        for key, (title, topics) in PAGES.items()
    }


def chat_programme() -> Programme:
    """Ana is asked about her profile as soon as she joins."""
    first = journey(milestones={"settled": [PROFILE, GOAL], "at_home": [WEBINAR, GROUP]}, name="First weeks")
    return make_programme(journeys={"onboarding": first}, resources=_pages())


def survey_programme() -> Programme:
    """Ana is asked two questions of a survey a day after the test begins, and nothing else."""
    quiet = step("profile", "joined", "1d", ladder=None, observed_by=["profile.completed"], bridge="training")
    survey = {
        "name": "Your start", "when": {"after": "joined", "offset": "3d"}, "ladder": "survey",
        "questions": [RECOMMEND, SEEKS], "thanks": "Thanks for that, {first_name}!",
    }  # fmt: skip
    return make_programme(
        journeys={"onboarding": journey(milestones={"settled": [quiet]})},
        resources=_pages(),
        ladders={"standard": ladder(rung()), "survey": {"rungs": [rung(wait="5d")], "then": None}},
        surveys={"start": survey},
    )
