"""A worker is killed between any two transactions: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from app.places import ROOT
from bot.model import InboxMessage, InboxState, OutboxMessage, OutboxState
from tests.support.engine import ENGINE_TOKEN, PrefixedDialogue
from tests.support.stage import Case, Stage

POINTS = ("prepared", "performed", "settled")


def kill_worker(world: Stage, kind: str, point: str) -> None:
    """Runs one worker on the stage's database until it dies at `point`."""
    settings = world.application.settings
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MSB_ENGINE_TOKEN": ENGINE_TOKEN}
    for name in ("database_url", "programme_dir", "public_base_url", "twilio_account_sid", "twilio_from",
                 "twilio_api_base", "slack_channel", "slack_api_base"):  # fmt: skip
        environment[f"MSB_{name.upper()}"] = str(getattr(settings, name))
    for name in ("twilio_auth_token", "slack_bot_token", "slack_signing_secret"):
        environment[f"MSB_{name.upper()}"] = getattr(settings, name).get_secret_value()
    dialogue = world.application.dialogue
    assert isinstance(dialogue, PrefixedDialogue)
    environment["MSB_ENGINE_URL"] = str(dialogue.engine.url)
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.doomed_worker", kind, point, world.clock.now().isoformat(),
         dialogue.prefix],
        cwd=ROOT, env=environment, timeout=60, check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("kind", ["turn", "delivery"])
def test_a_member_is_answered_once_although_the_worker_is_killed(world: Stage, kind: str, point: str) -> None:
    ana = world.enrol("Ana Lima", "+12025550171")
    ana.expects(r"sign in")
    world.hold_still()
    ana.says("yep did it last nite")
    if kind == "delivery":
        assert world.application.drainers["turn"].run_one()
    kill_worker(world, kind, point)
    world.go_on()
    world.outlast(timedelta(minutes=2))
    ana.expects(r"profile form")
    with world.application.db.begin() as session:
        assert [row.state for row in session.query(InboxMessage)] == [InboxState.DONE]
        replies = session.query(OutboxMessage).where(OutboxMessage.reply_to_id.is_not(None)).all()
        assert [reply.state for reply in replies] == [OutboxState.DELIVERED]
    world.outlast(timedelta(minutes=10))


@pytest.mark.parametrize("point", POINTS)
def test_a_touch_is_made_at_most_once_although_the_worker_is_killed(world: Stage, point: str) -> None:
    world.hold_still()
    ben = world.enrol("Ben Ito", "+12025550172")
    assert world.application.reach_out() == 1
    kill_worker(world, "delivery", point)
    world.go_on()
    world.outlast(timedelta(minutes=2))
    if point == "prepared":
        # Nobody knows whether the provider was called: the touch is reported as unknown, and never repeated.
        with world.application.db.begin() as session:
            assert [row.state for row in session.query(OutboxMessage)] == [OutboxState.UNKNOWN]
    else:
        ben.expects(r"sign in")
    world.outlast(timedelta(hours=1))


@pytest.mark.parametrize("point", POINTS)
def test_a_colleague_is_heard_once_although_the_worker_is_killed(world: Stage, point: str) -> None:
    ana = world.enrol("Ana Lima", "+12025550171")
    ana.expects(r"sign in")
    ana.says("can I speak to a human please")
    ana.expects(r"Maria Okafor")
    case = Case.appears(world, "Ana Lima")
    world.hold_still()
    case.say("Maria", "> Hello Ana, Maria here.")
    kill_worker(world, "staff", point)
    world.go_on()
    world.outlast(timedelta(minutes=2))
    ana.expects(r"^Hello Ana, Maria here\.$")
    case.shows("claimed by Maria Okafor")
    world.outlast(timedelta(minutes=10))


@pytest.mark.parametrize("point", POINTS)
def test_a_card_appears_once_although_the_worker_is_killed(world: Stage, point: str) -> None:
    ana = world.enrol("Ana Lima", "+12025550171")
    ana.expects(r"sign in")
    world.hold_still()
    ana.says("can I speak to a human please")
    assert world.application.drainers["turn"].run_one()
    for _ in range(2):  # one for the answer to her, one for the card
        kill_worker(world, "delivery", point)
    world.go_on()
    world.outlast(timedelta(minutes=2))
    ana.expects(r"Maria Okafor")
    assert len([one for one in world.channel()["messages"] if "Ana Lima" in str(one.get("blocks"))]) == 1
    world.outlast(timedelta(minutes=10))
