"""What colleagues do outside of a case's thread: commands, the home tab, and being away."""

from __future__ import annotations

import json
from typing import Any

import pytest

from console.sandbox.world import Broken, Case
from tests.support.stage import Phone, Stage


@pytest.fixture
def ben(world: Stage) -> Phone:
    """Maria is his Member Success Manager. It is Tuesday, 15:00 in London."""
    world.application.find_colleagues()
    phone = world.enrol("Ben Ito", "+12025550172")
    phone.expects(r"sign in")
    return phone


def types(world: Stage, who: str, line: str) -> str:
    """Types a slash command; what only this colleague then sees."""
    world.tell(f"  ## {who} types {line}")
    user = world.user(who)
    answer = world.post("slack/command", user=user, text=line)
    if not answer["ok"]:
        raise Broken(f"{line}: {answer}")
    seen = [message for message in world.channel()["ephemeral"] if message["for_user"] == user]
    return json.dumps(seen[-1], ensure_ascii=False) if seen else ""


def home(world: Stage, who: str) -> dict[str, Any]:
    """Opens the home tab."""
    world.post("slack/home", user=world.user(who))
    shown: dict[str, Any] = world.get(f"slack/views/{world.user(who)}")["home"]
    return shown


def test_a_colleague_hands_a_member_over_and_it_is_taken_from_home(world: Stage, ben: Phone) -> None:
    assert "Case 1 about Ben Ito is open" in types(world, "Priya", "/handoff Ben Ito: rang about his invoice")
    case = Case.appears(world, "Ben Ito")
    case.shows("Priya Nair asks: rang about his invoice")
    ben.stays_silent("staff talk stays among staff")

    view = home(world, "Maria")
    assert "given to you" in json.dumps(view)
    world.post("slack/click", user=world.user("Maria"), view_id=view["id"], action_id="home_claim", value="1")
    case.shows("claimed by Maria Okafor")
    assert "claimed by you" in json.dumps(home(world, "Maria"))

    ben.says("is it about the invoice?")
    ben.stays_silent("Maria has the conversation")
    case.thread_shows("is it about the invoice")


def test_the_case_of_somebody_who_is_away_goes_to_another(world: Stage, ben: Phone) -> None:
    assert "cases go to others" in types(world, "Maria", "/away until Friday")
    types(world, "Priya", "/handoff Ben: rang")
    Case.appears(world, "Ben Ito").shows("for (Jonas Weber|Priya Nair)")
    assert "You are back" in types(world, "Maria", "/away back")


def test_a_colleague_looks_a_member_up(world: Stage, ben: Phone) -> None:
    shown = types(world, "Jonas", "/member +1 202 555 0172")
    assert "Ben Ito" in shown
    assert "If Ben Ito stays silent" in shown
    assert "stays silent" not in json.dumps(world.channel()["messages"])
