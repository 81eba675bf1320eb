"""Members on all channels: one conversation, and a ladder that climbs from channel to channel."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.engine import Engine
from bot.model import CheckIn
from console.sandbox.world import Case, Phone
from tests.support.engine import ActionsSwitch, PrefixedDialogue
from tests.support.handsets import (
    Handset,
    Mailbox,
    MessengerThread,
    SlackChat,
    TelegramChat,
    agree,
    ask_whether,
    button_titles,
    give_phone,
    is_free,
    link_for,
    token_in,
)
from tests.support.ladder_of_channels import copy_with_all_channels
from tests.support.stage import Stage, stage

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WAIT = 3 * DAY + timedelta(minutes=1)
NUMBER, EMAIL = "+12025550171", "ana@members.example"
MSM_NUMBER = "+12025550199"


@pytest.fixture
def world(database_url: str, engine: tuple[Engine, ActionsSwitch], tmp_path: Path) -> Iterator[Stage]:
    dialogue = PrefixedDialogue(engine[0], uuid.uuid4().hex)
    programme = copy_with_all_channels(tmp_path / "programme")
    with stage(database_url, dialogue, engine[1], programme_dir=programme) as scene:
        yield scene


@pytest.fixture
def hands(world: Stage) -> Hands:
    """Ana Lima, with all her channels."""
    return Hands(world)


class Hands:
    """One member's channels; she is enrolled by `joins`."""

    def __init__(self, world: Stage) -> None:
        self.world = world
        self.mail = Mailbox(world, "Ana", EMAIL)
        self.telegram = TelegramChat(world, "Ana", "7001")
        self.messenger = MessengerThread(world, "Ana", "24001")

    def joins(self) -> Phone:
        phone = self.world.enrol("Ana Lima", NUMBER, email=EMAIL, consent_email=True, consent_voice=True)
        give_phone(self.world, "maria.okafor@example.org", MSM_NUMBER)
        return phone

    def takes(self, handset: Handset) -> None:
        """She agrees to be written to there, too."""
        agree(self.world, handset, NUMBER)

    def opens_telegram(self) -> None:
        """A bot may write to those only who have started it."""
        self.telegram.starts()
        self.telegram.expects(r"don't recognize")


def test_a_silent_member_climbs_every_rung(world: Stage, hands: Hands) -> None:
    hands.opens_telegram()
    hands.joins()
    hands.takes(hands.telegram)
    first = hands.mail.expects(r"Fernhill Compass here.*sign in")
    assert first["from"].startswith("Fernhill Compass <")
    assert first["subject"] == "A question about your first sign-in"

    world.push(WAIT)
    second = hands.mail.expects(r"it's Maria Okafor.*sign in")
    assert second["from"].startswith("Maria Okafor <")
    assert second["headers"]["In-Reply-To"] == first["headers"]["Message-ID"]

    world.push(WAIT)
    assert button_titles(hands.telegram.expects(r"a quick one.*sign in")) == ["Done", "Not yet", "I'm stuck"]

    world.push(WAIT)
    world.post(f"calls/{NUMBER}/no-answer")
    case = Case.appears(world, "Ana Lima")
    case.shows("No answer about your first sign-in after 3 messages and 1 call")
    for touch in (
        "e-mail from Fernhill Compass was sent",
        "e-mail from Maria Okafor was sent",
        "Telegram from Fernhill Compass was sent",
        r"phone call from Fernhill Compass was not answered",
    ):
        case.shows(touch)


def test_an_answer_by_e_mail_is_answered_in_its_thread(world: Stage, hands: Hands) -> None:
    hands.joins()
    asked = hands.mail.expects(r"sign in")
    hands.mail.says("Yes, I'm signed in now.")
    answer = hands.mail.expects(r"profile form")
    (reply,) = hands.mail.sent()
    assert answer["headers"]["In-Reply-To"] == reply["headers"]["Message-ID"]
    assert answer["headers"]["References"].split() == [asked["headers"]["Message-ID"], reply["headers"]["Message-ID"]]
    assert answer["subject"] == "Re: A question about your first sign-in"
    world.push(WAIT - HOUR)
    hands.mail.stays_silent("the second rung belonged to a question that she answered")
    world.push(HOUR)
    assert hands.mail.expects(r"profile form")["from"].startswith("Fernhill Compass <")


def test_an_automatic_reply_is_no_answer(world: Stage, hands: Hands) -> None:
    hands.joins()
    hands.mail.expects(r"sign in")
    hands.mail.act("away")
    hands.mail.stays_silent("nobody answers a machine")
    world.push(WAIT)
    hands.mail.expects(r"it's Maria Okafor.*sign in")


def test_a_button_completes_the_step(world: Stage, hands: Hands) -> None:
    hands.opens_telegram()
    hands.joins()
    hands.takes(hands.telegram)
    hands.mail.expects(r"sign in")
    world.push(WAIT)
    hands.mail.expects(r"sign in")
    world.push(WAIT)
    hands.telegram.expects(r"sign in")
    hands.telegram.presses("Done")
    hands.telegram.expects(r"profile form")
    (press,) = world.get(f"telegram/chats/{hands.telegram.address}")["presses"]
    assert press["answers"], "the pressed button came to rest"
    world.push(DAY)
    hands.telegram.presses("Done")
    hands.telegram.expects(r"no longer in use")


def test_a_link_connects_a_chat(world: Stage, hands: Hands) -> None:
    hands.joins()
    hands.mail.expects(r"sign in")
    hands.telegram.starts(token_in(link_for(world, NUMBER, "telegram")))
    hands.telegram.expects(r"Are you Ana\?")
    hands.telegram.says("yes")
    hands.telegram.expects(r"you can now talk with Fernhill Compass here")
    hands.telegram.says("what's next?")
    hands.telegram.expects(r"first sign-in")
    hands.telegram.says("done")
    hands.telegram.expects(r"profile form")


def test_a_forwarded_link_connects_nobody(world: Stage, hands: Hands) -> None:
    hands.joins()
    hands.mail.expects(r"sign in")
    payload = token_in(link_for(world, NUMBER, "telegram"))
    bob = TelegramChat(world, "Bob", "7002")
    bob.starts(payload)
    bob.expects(r"Are you Ana\?")
    bob.says("no")
    bob.expects(r"Nothing is connected here")
    assert not is_free(world, "telegram", bob.address)
    bob.starts(payload)
    bob.expects(r"not valid any more")
    bob.stays_silent("he is not Ana")


def test_outside_its_window_messenger_costs_no_time(world: Stage, hands: Hands) -> None:
    hands.messenger.says("hello")
    hands.messenger.expects(r"don't recognize")
    hands.joins()
    hands.takes(hands.messenger)
    hands.mail.expects(r"sign in")
    world.push(WAIT)
    hands.mail.expects(r"sign in")
    world.push(WAIT)
    hands.messenger.stays_silent("she wrote six days ago")
    world.post(f"calls/{NUMBER}/no-answer")
    Case.appears(world, "Ana Lima").shows("Messenger.*window closed")


def test_inside_its_window_messenger_is_used(world: Stage, hands: Hands) -> None:
    hands.joins()
    hands.mail.expects(r"sign in")
    world.push(WAIT)
    hands.mail.expects(r"sign in")
    world.push(WAIT - HOUR)
    hands.messenger.act("open", ref=token_in(link_for(world, NUMBER, "messenger")))
    hands.messenger.expects(r"Are you Ana\?")
    hands.messenger.says("yes, that's me")
    hands.messenger.expects(r"you can now talk with Fernhill Compass here")
    world.push(HOUR)
    asked = hands.messenger.expects(r"a quick one.*sign in")
    assert asked["quick_replies"] == ["Done", "Not yet", "I'm stuck"]
    assert asked["messaging_type"] == "RESPONSE"
    hands.messenger.act("press", title="Not yet")
    hands.messenger.expects(r"ask again|check back")


def test_an_account_found_by_e_mail_is_asked_before_it_is_used(world: Stage, hands: Hands) -> None:
    hands.joins()
    hands.mail.expects(r"sign in")
    slack = SlackChat(world, "Ana", "U0ANALIMA1")
    ask_whether(world, NUMBER, "slack", slack.joins_workspace(EMAIL))
    slack.expects(r"Are you Ana\?")
    slack.presses("Yes")
    slack.expects(r"you can now talk with Fernhill Compass here")
    world.push(WAIT)
    hands.mail.expects(r"it's Maria Okafor.*sign in")
    world.push(WAIT)
    slack.expects(r"a quick one.*sign in")
    slack.presses("I'm stuck")
    slack.expects(r"https?://")
    slack.stays_silent("one answer is enough")


def test_a_talk_on_the_phone_answers_the_question(world: Stage, hands: Hands) -> None:
    hands.joins()
    for _ in range(2):
        hands.mail.expects(r"sign in")
        world.push(WAIT)
    world.post(f"calls/{NUMBER}/answer", by="human")
    world.post(f"calls/{NUMBER}/keys", digits="1")
    world.post(f"calls/{MSM_NUMBER}/answer", by="human")
    world.post(f"calls/{MSM_NUMBER}/keys", digits="1")
    assert world.get(f"calls/{NUMBER}")["connected"]
    world.post(f"calls/{NUMBER}/hangup")
    assert outcomes(world) == ["talked to Maria Okafor", None]
    world.push(3 * DAY - HOUR)
    hands.mail.stays_silent("they talked")
    world.push(2 * HOUR)
    hands.mail.expects(r"sign in")


def test_who_wants_to_talk_and_finds_nobody_is_called_back(world: Stage, hands: Hands) -> None:
    hands.joins()
    for _ in range(2):
        hands.mail.expects(r"sign in")
        world.push(WAIT)
    world.post(f"calls/{NUMBER}/answer", by="human")
    world.post(f"calls/{NUMBER}/keys", digits="1")
    world.post(f"calls/{MSM_NUMBER}/no-answer")
    assert "will get back to you" in world.get(f"calls/{NUMBER}")["heard"][-1]
    Case.appears(world, "Ana Lima").shows("wanted to talk to Maria Okafor; nobody answered. Please call back")
    world.push(WAIT)
    hands.mail.stays_silent("a person looks after it")


def test_who_presses_nine_gets_no_more_calls(world: Stage, hands: Hands) -> None:
    hands.joins()
    for _ in range(2):
        hands.mail.expects(r"sign in")
        world.push(WAIT)
    world.post(f"calls/{NUMBER}/answer", by="human")
    world.post(f"calls/{NUMBER}/keys", digits="9")
    assert not is_free(world, "voice", NUMBER)
    assert is_free(world, "sms", NUMBER)
    Case.appears(world, "Ana Lima").shows("No answer about your first sign-in")


def test_stop_by_text_leaves_e_mail_going(world: Stage, hands: Hands) -> None:
    phone = hands.joins()
    hands.mail.expects(r"sign in")
    phone.says("STOP")
    phone.expects(r"successfully been unsubscribed")
    assert not is_free(world, "sms", NUMBER)
    assert is_free(world, "email", EMAIL)
    world.push(WAIT)
    hands.mail.expects(r"it's Maria Okafor.*sign in")


def test_unsubscribing_from_e_mail_leaves_the_rest_going(world: Stage, hands: Hands) -> None:
    hands.opens_telegram()
    phone = hands.joins()
    hands.takes(hands.telegram)
    hands.mail.expects(r"sign in")
    assert hands.mail.act("unsubscribe")["ok"]
    hands.mail.stays_silent("one click is enough")
    assert not is_free(world, "email", EMAIL)
    assert is_free(world, "sms", NUMBER)
    world.push(WAIT)
    hands.mail.stays_silent("she unsubscribed")
    hands.telegram.expects(r"a quick one.*sign in")
    phone.says("what's next?")
    phone.expects(r"first sign-in")


def test_a_question_in_one_place_is_answered_in_another(world: Stage, hands: Hands) -> None:
    hands.opens_telegram()
    phone = hands.joins()
    hands.takes(hands.telegram)
    for _ in range(2):
        hands.mail.expects(r"sign in")
        world.push(WAIT)
    hands.telegram.expects(r"sign in")
    phone.says("yes")
    phone.expects(r"profile form")
    hands.telegram.stays_silent("she is answered where she wrote")
    hands.telegram.presses("Not yet")
    hands.telegram.expects(r"no longer in use")
    assert outcomes(world) == ["done", None]


def outcomes(world: Stage) -> list[str | None]:
    """What came of each check-in, oldest first."""
    with world.application.db.begin() as session:
        return list(session.scalars(sa.select(CheckIn.outcome).order_by(CheckIn.id)))
