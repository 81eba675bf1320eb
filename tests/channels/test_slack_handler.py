"""What staff do in Slack, from the stored request through lane, slack-bolt and act to what Slack shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.clock import Times
from bot.handoff import acts
from bot.handoff.cases import Need, open_case
from bot.handoff.view import view
from bot.intake.receive import Incoming, accept
from bot.lanes.drain import Crash, Drainer
from bot.model import (
    CaseEntry,
    ContactPoint,
    EntryKind,
    HandOff,
    HandOffReason,
    HandOffState,
    InboxMessage,
    InboxState,
    Member,
    Purpose,
    Staff,
)
from bot.outreach.reach import Reach
from inbox import cards, modals, modals_case, modals_reply, parse
from inbox.handler import ATTEMPTS, StaffHandler
from tests.channels.provider import Answer, Provider, serve
from tests.channels.slack import DANA, OLI, ROOT_TS, deletion, edit, event, press, submission
from tests.channels.world import NOW, PHONE, STAFF_CHANNEL, World, make_world
from tests.support.fake_channel import FakeChannel

OK = Answer.json({"ok": True})
BROKEN = Answer(broken=True)
STRANGER = "+12025550199"
OPEN = ["claim", "reply", "call", "snooze", "assign", "resolve"]


@dataclass
class Desk:
    """A case whose card is in Slack, and the lane of staff."""

    world: World
    slack: Provider
    handler: StaffHandler
    drainer: Drainer
    case_id: int

    def receive(self, payload: dict[str, Any]) -> None:
        """Stores a request as the webhook does."""
        make = parse.from_event if payload["type"] == "event_callback" else self._interaction
        incoming = make(payload, {STAFF_CHANNEL})
        assert incoming is not None
        with self.world.db.begin() as session:
            accept(session, incoming, now=self.world.clock.now(), wall=self.world.clock.wall())

    def do(self, payload: dict[str, Any]) -> InboxMessage:
        """Stores a request and works on the lane until it has nothing ready."""
        self.receive(payload)
        return self.work()

    def work(self) -> InboxMessage:
        while self.drainer.run_one():
            pass
        last: InboxMessage = self.world.inbox()[-1]
        return last

    def case(self) -> HandOff:
        with self.world.db.begin() as session:
            case = session.get_one(HandOff, self.case_id)
            _ = case.assignee
            return case

    def entries(self, kind: EntryKind) -> list[str]:
        return [entry.text for entry in self.world.rows(CaseEntry) if entry.kind is kind]

    def replies(self) -> list[str]:
        return [row.body["text"] for row in self.world.outbox() if row.purpose is Purpose.STAFF_REPLY]

    def whispers(self) -> list[str]:
        return [request.fields["text"] for request in self.slack.at("chat.postEphemeral")]

    def reactions(self) -> list[str]:
        return [request.fields["name"] for request in self.slack.at("reactions.add")]

    def opened_view(self) -> dict[str, Any]:
        view: dict[str, Any] = self.slack.at("views.open")[-1].fields["view"]
        return view

    def stranger_writes(self) -> None:
        """From here on the case is that of an address that nobody knows."""
        world = self.world
        with world.db.begin() as session:
            now, wall = world.clock.now(), world.clock.wall()
            accept(session, Incoming(channel="sms", address=STRANGER, text="hi", dedupe="sms:1"), now=now, wall=wall)
            self.case_id = open_case(
                session, Need(HandOffReason.STRANGER, "hi", "sms", STRANGER), world.programme, now=now, wall=wall
            ).id

    def number_is(self, number: str) -> None:
        """Gives Ana a member number."""
        with self.world.db.begin() as session:
            session.query(Member).filter_by(first_name="Ana").one().number = number

    def buttons(self, case_id: int) -> list[str]:
        """Of the card as it would be drawn now."""
        with self.world.db.begin() as session:
            seen = view(session, session.get_one(HandOff, case_id), self.world.programme, NOW)
        *_, last = cards.card(seen)
        return [button["action_id"] for button in last["elements"]]

    @staticmethod
    def _interaction(payload: dict[str, Any], _channels: set[str]) -> Any:
        return parse.from_interaction(payload)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serve(OK) as slack:
        world = make_world(tmp_path, slack_api_base=f"{slack.url}/api/", send_timeout_seconds=1)
        world.new_colleague("Dana", DANA)
        world.new_colleague("Oli", OLI)
        ana = world.new_member()
        with world.db.begin() as session:
            session.add(ContactPoint(member_id=ana, channel="sms", address=PHONE, consented_at=NOW))
        case_id = world.new_case(ana)
        world.card_is_posted(case_id, ROOT_TS)
        reach = Reach({"sms": FakeChannel()})
        handler = StaffHandler(world.settings, world.db, world.clock, world.programme, reach)
        yield Desk(world, slack, handler, Drainer(world.db, handler, world.clock, timedelta(seconds=30)), case_id)
        world.db.close()


def typed(text: str) -> dict[str, Any]:
    return {"text": {"text": {"type": "plain_text_input", "value": text}}}


def replying(desk: Desk, text: str, user: str = DANA, view_id: str = "V1") -> dict[str, Any]:
    view = modals_reply.reply(modals.Origin(desk.case_id, STAFF_CHANNEL, ROOT_TS), "Ana Diaz", [])
    return submission(view, typed(text), user, view_id)


def resolving(desk: Desk, text: str, user: str = DANA) -> dict[str, Any]:
    view = modals.resolve(modals.Origin(desk.case_id, STAFF_CHANNEL, ROOT_TS), step=None)
    return submission(view, typed(text), user, "V9")


def calling(desk: Desk) -> dict[str, Any]:
    view = modals_case.call(modals.Origin(desk.case_id, STAFF_CHANNEL, ROOT_TS), "Ana", PHONE)
    went = {"went": {"type": "radio_buttons", "selected_option": {"value": "talked"}}}
    return submission(view, {"went": went, **typed("all clear")}, DANA, "V3")


def snoozing(desk: Desk) -> dict[str, Any]:
    view = modals_case.snooze(modals.Origin(desk.case_id, STAFF_CHANNEL, ROOT_TS), NOW, ZoneInfo("UTC"), time(9))
    until = {"selected_option": view["blocks"][0]["element"]["options"][0]}
    return submission(view, {"until": {"until": until}}, DANA, "V4")


def matching(desk: Desk, number: str, view_id: str = "V7") -> dict[str, Any]:
    view = modals.match(modals.Origin(desk.case_id, STAFF_CHANNEL, ROOT_TS), STRANGER)
    return submission(view, typed(number), DANA, view_id)


def test_claim_gives_the_conversation_to_whoever_pressed_first(desk: Desk) -> None:
    row = desk.do(press("claim", desk.case_id))
    assert (row.state, row.outcome) == (InboxState.DONE, "claimed")
    case = desk.case()
    assert case.state is HandOffState.CLAIMED
    assert case.assignee is not None
    assert case.assignee.name == "Dana"
    assert desk.whispers() == []


def test_the_second_to_press_is_told_who_has_it(desk: Desk) -> None:
    desk.do(press("claim", desk.case_id))
    row = desk.do(press("claim", desk.case_id, user=OLI, trigger="2"))
    assert (row.state, row.outcome) == (InboxState.DONE, "refused")
    assert desk.whispers() == ["Dana has this case."]
    [whisper] = desk.slack.at("chat.postEphemeral")
    assert (whisper.fields["user"], whisper.fields["channel"]) == (OLI, STAFF_CHANNEL)


def test_reply_opens_a_dialog_and_its_words_go_to_the_member(desk: Desk) -> None:
    assert desk.do(press("reply", desk.case_id)).outcome == "opened"
    [opening] = desk.slack.at("views.open")
    assert opening.fields["trigger_id"] == "111.222.abc"
    view = desk.opened_view()
    row = desk.do(submission(view, typed("Hi Ana, <3 & more")))
    assert row.outcome == "replied"
    assert desk.replies() == ["Hi Ana, <3 & more"]
    assert desk.case().state is HandOffState.CLAIMED


def test_nobody_can_reply_over_the_head_of_a_colleague(desk: Desk) -> None:
    desk.do(press("claim", desk.case_id))
    assert desk.do(press("reply", desk.case_id, user=OLI, trigger="2")).outcome == "refused"
    assert desk.slack.at("views.open") == []
    assert desk.do(replying(desk, "Hello from Oli", OLI)).outcome == "refused"
    assert desk.replies() == []
    assert desk.whispers() == ["Dana has this case.", "Dana has this case.\nYour words: Hello from Oli"]


def test_resolve_asks_what_came_of_it_and_closes_the_case(desk: Desk) -> None:
    desk.do(press("claim", desk.case_id))
    assert desk.do(press("resolve", desk.case_id, trigger="2")).outcome == "opened"
    assert [block.get("block_id") for block in desk.opened_view()["blocks"]] == ["text", None]
    assert desk.do(resolving(desk, "Called her.")).outcome == "resolved"
    case = desk.case()
    assert (case.state, case.outcome) == (HandOffState.RESOLVED, "Called her.")


def test_whoever_decides_about_a_colleagues_case_is_told_whose_it_is(desk: Desk) -> None:
    desk.do(press("claim", desk.case_id))
    assert desk.do(press("resolve", desk.case_id, user=OLI, trigger="2")).outcome == "opened"
    dialog = desk.opened_view()
    assert dialog["blocks"][0]["elements"][0]["text"] == "Dana has this case."
    assert desk.do(submission(dialog, typed("She is on leave."), OLI)).outcome == "resolved"


def test_a_dialog_that_was_opened_before_a_colleague_claimed_the_case_decides_nothing(desk: Desk) -> None:
    desk.do(press("resolve", desk.case_id))
    dialog = desk.opened_view()
    assert "has this case" not in str(dialog)
    desk.do(press("claim", desk.case_id, user=OLI, trigger="2"))
    assert desk.do(submission(dialog, typed("All is well."))).outcome == "refused"
    assert desk.case().state is HandOffState.CLAIMED
    assert desk.whispers() == ["Oli has this case by now.\nYour words: All is well."]


def test_a_resolved_case_refuses_everything_and_says_so(desk: Desk) -> None:
    desk.do(resolving(desk, ""))
    for number, action in enumerate(["claim", "reply", "resolve"]):
        assert desk.do(press(action, desk.case_id, trigger=str(number))).outcome == "refused"
    assert desk.whispers() == ["This case is resolved. It was Dana's."] * 3


def test_a_stranger_is_matched_in_a_dialog_and_the_match_is_taken_back(desk: Desk) -> None:
    own = desk.case_id
    desk.stranger_writes()
    desk.number_is("FI-1")
    assert desk.do(press("match", desk.case_id)).outcome == "opened"
    assert f"Member number of {STRANGER}" in str(desk.opened_view())
    assert desk.do(matching(desk, " FI-1 ")).outcome == "matched"
    case, ana = desk.case(), desk.world.rows(Member)[0]
    assert (case.member_id, case.outcome) == (ana.id, f"Goes on in case {own}.")
    assert desk.world.inbox()[0].member_id == ana.id
    assert (desk.buttons(own), desk.buttons(desk.case_id)) == ([*OPEN, "unmatch"], ["unmatch"])
    assert desk.do(press("unmatch", own, trigger="2")).outcome == "unmatched"
    assert (desk.case().member_id, desk.world.inbox()[0].member_id) == (None, None)
    assert [point.address for point in desk.world.rows(ContactPoint)] == [PHONE]
    assert desk.buttons(own) == OPEN
    assert desk.buttons(desk.case_id) == [*OPEN, "match"]
    cards_of_own = [row for row in desk.world.outbox() if row.hand_off_id == own and row.body["kind"] == "card"]
    assert len(cards_of_own) == 3  # opened, matched, taken back
    assert desk.whispers() == []


def test_a_number_that_nobody_has_and_an_address_that_is_taken_are_refused_in_words(desk: Desk) -> None:
    desk.stranger_writes()
    desk.number_is("FI-1")
    assert desk.do(matching(desk, "FI-99")).outcome == "refused"
    with desk.world.db.begin() as session:
        other = desk.world.new_member("Ben")
        session.add(ContactPoint(member_id=other, channel="sms", address=STRANGER))
    assert desk.do(matching(desk, "FI-1", view_id="V2")).outcome == "refused"
    assert desk.whispers() == [
        "There is no active member with the number FI-99.",
        f"{STRANGER} is the address of another member.",
    ]
    assert desk.case().member_id is None


def test_only_a_stranger_is_matched_and_only_a_match_is_taken_back(desk: Desk) -> None:
    assert desk.do(press("match", desk.case_id)).outcome == "refused"
    assert desk.do(press("unmatch", desk.case_id, trigger="2")).outcome == "refused"
    desk.stranger_writes()
    desk.do(resolving(desk, ""))
    assert desk.do(press("match", desk.case_id, trigger="3")).outcome == "refused"
    assert desk.slack.at("views.open") == []
    assert desk.whispers() == [
        "This case is about a member already.",
        "No address was matched in this case.",
        "This case is resolved. It was Dana's.",
    ]


def test_talk_in_the_thread_stays_private_and_shows_it(desk: Desk) -> None:
    row = desk.do(event("She is difficult &amp; late. <@U0OTHER> knows."))
    assert row.outcome == "noted"
    assert desk.entries(EntryKind.NOTE) == ["She is difficult & late. Oli knows."]
    assert desk.replies() == []
    assert desk.reactions() == ["lock"]


def test_a_quoted_message_goes_to_the_member(desk: Desk) -> None:
    row = desk.do(event("&gt; Hi Ana, see <https://x.example/a|the form>"))
    assert row.outcome == "replied"
    assert desk.replies() == ["Hi Ana, see the form (https://x.example/a)"]
    assert desk.entries(EntryKind.NOTE) == []
    assert desk.reactions() == ["speech_balloon"]


def test_of_a_message_that_is_partly_quoted_only_that_part_goes_to_the_member(desk: Desk) -> None:
    desk.do(event("&gt; Hi Ana\nnot for her"))
    assert (desk.replies(), desk.entries(EntryKind.NOTE)) == (["Hi Ana"], ["not for her"])
    assert "Only the lines" in desk.whispers()[0]


def test_files_stay_in_slack_and_that_is_said(desk: Desk) -> None:
    desk.do(event("&gt; Hi", subtype="file_share", files=[{"name": "form.pdf"}]))
    assert (desk.replies(), desk.entries(EntryKind.NOTE)) == (["Hi"], ["[file: form.pdf]"])
    assert "Files can't be sent" in desk.whispers()[0]


def test_a_thread_that_is_no_case_is_left_alone(desk: Desk) -> None:
    row = desk.do(event("lunch?", thread_ts="1795290000.999999"))
    assert (row.state, row.outcome) == (InboxState.DONE, "no_case")
    assert desk.slack.received == []


def test_a_refused_message_of_the_thread_is_neither_sent_nor_kept_as_if_it_were(desk: Desk) -> None:
    desk.do(press("claim", desk.case_id))
    assert desk.do(event("&gt; Hi from Oli", user=OLI)).outcome == "refused"
    assert desk.replies() == []
    [whisper] = desk.slack.at("chat.postEphemeral")
    assert whisper.fields["thread_ts"] == ROOT_TS


def test_a_colleague_whom_we_have_not_met_is_asked_after_once(desk: Desk) -> None:
    profile = {"real_name": "Priya Nair", "email": "Priya.Nair@example.org"}
    desk.slack.answers.append(Answer.json({"ok": True, "user": {"id": "U0NEW", "profile": profile}}))
    desk.do(press("claim", desk.case_id, user="U0NEW"))
    desk.do(event("note", user="U0NEW"))
    assert len(desk.slack.at("users.info")) == 1
    assert [(person.email, person.slack_user) for person in desk.world.rows(Staff)][-1] == (
        "priya.nair@example.org",
        "U0NEW",
    )
    assert desk.case().state is HandOffState.CLAIMED


def test_a_colleague_whose_address_is_hidden_can_work_all_the_same(desk: Desk) -> None:
    desk.slack.answers.append(Answer.json({"ok": True, "user": {"id": "U0NEW", "name": "priya"}}))
    assert desk.do(press("claim", desk.case_id, user="U0NEW")).outcome == "claimed"
    assert desk.world.rows(Staff)[-1].email == "u0new@slack.invalid"


def test_when_slack_shows_nothing_the_act_stands(desk: Desk) -> None:
    desk.slack.default = BROKEN
    assert desk.do(event("a note")).outcome == "noted"
    assert desk.do(replying(desk, "Hi Ana")).outcome == "replied"
    assert desk.do(press("claim", desk.case_id, user=OLI)).outcome == "refused"
    assert desk.entries(EntryKind.NOTE) == ["a note"]
    assert desk.replies() == ["Hi Ana"]


def test_a_dialog_that_slack_does_not_open_is_asked_for_again(desk: Desk) -> None:
    desk.slack.answers.append(Answer.json({"ok": False, "error": "expired_trigger_id"}))
    assert desk.do(press("reply", desk.case_id)).outcome == "not_opened"
    assert "press the button again" in desk.whispers()[0]


@pytest.mark.parametrize(
    "payload", ["claim", "reply", "note", "spoken", "resolve", "match", "unmatch", "call", "snooze", "edit", "delete"]
)
def test_a_request_that_was_interrupted_after_its_act_does_nothing_twice(desk: Desk, payload: str) -> None:
    if payload in ("match", "unmatch"):
        desk.stranger_writes()
        desk.number_is("FI-1")
    if payload == "unmatch":
        desk.do(matching(desk, "FI-1"))
    request = {
        "match": matching(desk, "FI-1"),
        "unmatch": press("unmatch", desk.case_id, trigger="5"),
        "claim": press("claim", desk.case_id),
        "reply": replying(desk, "Hi Ana"),
        "note": event("a note"),
        "spoken": event("&gt; Hi Ana"),
        "resolve": resolving(desk, "done"),
        "call": calling(desk),
        "snooze": snoozing(desk),
        "edit": edit("a", "&gt; b"),
        "delete": deletion("&gt; b"),
    }[payload]
    if payload in ("edit", "delete"):
        desk.do(event("&gt; Hi Ana"))
    desk.receive(request)
    item = desk.world.inbox()[-1]
    with desk.world.db.begin() as session:
        plan = desk.handler.prepare(session, session.get_one(InboxMessage, item.id), Times(NOW, NOW))
    desk.handler.perform(plan)  # and here the process is killed
    entries, outbox = len(desk.world.rows(CaseEntry)), len(desk.world.outbox())
    row = desk.work()
    assert row.state is InboxState.DONE
    assert (len(desk.world.rows(CaseEntry)), len(desk.world.outbox())) == (entries, outbox)
    assert len(desk.whispers()) == (payload in ("edit", "delete"))  # explained once


def test_what_needs_slack_first_waits_as_long_as_slack_asks(desk: Desk) -> None:
    desk.slack.answers.append(Answer.json({"ok": False, "error": "ratelimited"}, 429, **{"Retry-After": "7"}))
    row = desk.do(press("claim", desk.case_id, user="U0NEW"))
    assert (row.state, row.attempts, row.not_before) == (InboxState.PENDING, 1, NOW + timedelta(seconds=7))
    desk.slack.answers.append(Answer.json({"ok": True, "user": {"id": "U0NEW", "name": "priya"}}))
    desk.world.clock.pass_real(timedelta(seconds=8))
    assert desk.work().outcome == "claimed"


def test_what_never_works_is_set_aside_and_its_author_is_told(desk: Desk) -> None:
    desk.slack.default = Answer.json({"ok": False, "error": "user_not_found"})
    desk.receive(press("claim", desk.case_id, user="U0NEW"))
    for _ in range(ATTEMPTS):
        row = desk.work()
        desk.world.clock.pass_real(timedelta(minutes=1))
    assert row.state is InboxState.DEAD
    assert "user_not_found" in (row.error or "")
    assert len(desk.slack.at("users.info")) == ATTEMPTS
    assert desk.world.outbox()[-1].body["kind"] == "not_done"


def test_a_crash_counts_as_a_try(desk: Desk) -> None:
    desk.receive(event("a note"))
    item = desk.world.inbox()[-1]
    with desk.world.db.begin() as session:
        stored = session.get_one(InboxMessage, item.id)
        plan = desk.handler.prepare(session, stored, Times(NOW, NOW))
        desk.handler.settle(session, plan, Crash("ValueError: x"), Times(NOW, NOW))
        assert (stored.attempts, stored.error, stored.state) == (1, "ValueError: x", InboxState.PENDING)


@pytest.mark.parametrize(
    "payload",
    [
        {**press("other", 1), "container": {"channel_id": STAFF_CHANNEL, "message_ts": ROOT_TS}},
        submission({"callback_id": "other", "private_metadata": ""}, {}),
    ],
)
def test_what_nobody_listens_for_is_done_at_once(desk: Desk, payload: dict[str, Any]) -> None:
    row = desk.do(payload)
    assert (row.state, row.outcome) == (InboxState.DONE, "ignored")


def test_a_case_that_does_not_exist_is_a_refusal(desk: Desk) -> None:
    assert desk.do(press("claim", 4711)).outcome == "refused"
    assert desk.do(press("reply", 4711, trigger="2")).outcome == "refused"


def test_bolt_never_asks_slack_whether_our_token_is_good(desk: Desk) -> None:
    desk.do(press("claim", desk.case_id))
    assert desk.slack.at("auth.test") == []


def test_without_slack_the_handler_can_be_made(world: World) -> None:
    settings = world.settings.model_copy(update={"slack_bot_token": type(world.settings.slack_bot_token)("")})
    assert StaffHandler(settings, world.db, world.clock, world.programme).kind == "staff"


def test_acts_are_those_of_the_bot(desk: Desk) -> None:
    """A colleague who claims in another way is seen here too."""
    with desk.world.db.begin() as session:
        oli = next(person for person in session.query(Staff) if person.slack_user == OLI)
        acts.claim(session, acts.Act(desk.case_id, oli, "console:1", NOW, NOW))
    assert desk.do(press("claim", desk.case_id)).outcome == "refused"
    assert desk.whispers() == ["Oli has this case."]
