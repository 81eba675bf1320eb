"""What members see on their phones, from what the sandbox tells."""

from __future__ import annotations

from typing import Any

from console.sandbox import bubbles
from console.sandbox.channels import CHANNELS, EMPTY, conversation, legs, news

SMS = {
    "sid": "SM1", "direction": "to_phone", "by_twilio": False, "text": "Hi", "at": "2026-12-01T16:00:00+00:00",
    "status": "delivered", "segments": 2, "error_code": None, "webhook": "",
}  # fmt: skip
LEG = {
    "sid": "CA1", "status": "completed", "answered_by": "machine_start", "heard": ["Hello"], "seconds": 12,
    "at": "2026-12-01T16:00:00+00:00", "from": "+15005550006", "to": "+12025550101",
}  # fmt: skip


def text(**changes: Any) -> bubbles.Bubble:
    return bubbles.texts({"messages": [SMS | changes]})[0]


def test_a_text_shows_how_far_it_came_and_its_parts() -> None:
    assert (text().marks, text().mine, text().bad) == ("✓✓ · 2 parts", False, False)
    assert text(segments=1, status="queued").marks == "·"


def test_a_text_that_failed_says_so() -> None:
    failed = text(status="undelivered", error_code=30003)
    assert (failed.marks, failed.bad) == ("undelivered (30003) · 2 parts", True)
    unheard = text(direction="from_phone", webhook="connect", segments=1)
    assert (unheard.marks, unheard.bad, unheard.mine) == ("not received (connect)", True, True)
    assert not text(direction="from_phone", webhook="pending").bad


def test_what_twilio_says_itself_is_marked() -> None:
    assert text(by_twilio=True).by == "Twilio itself"


def test_a_mail_has_its_subject_its_sender_and_its_way_out() -> None:
    mail = {
        "id": "1", "direction": "to_member", "kind": "message", "result": "", "text": "Hello\n", "subject": "Welcome",
        "from": "Compass <hello@fernhill.example>", "at": "2026-12-01T16:00:00+00:00", "can_unsubscribe": True,
    }  # fmt: skip
    [shown] = bubbles.mails({"messages": [mail]})
    assert (shown.subject, shown.sender, shown.may_leave) == ("Welcome", "Compass <hello@fernhill.example>", True)
    reply = mail | {"direction": "from_member", "text": "done\n\nOn Tue you wrote:\n> Hello", "result": "500"}
    [answered] = bubbles.mails({"messages": [reply]})
    assert (answered.text, answered.mine, answered.bad, answered.may_leave) == ("done", True, True, False)


def test_buttons_of_telegram_are_pressed_by_their_title() -> None:
    message = {
        "message_id": 7, "direction": "from_bot", "text": "Done?", "at": "2026-12-01T16:00:00+00:00", "edited": False,
        "buttons": [{"text": "Done", "data": "x"}], "markup": {"inline_keyboard": []}, "content": {"text": "Done?"},
    }  # fmt: skip
    [shown] = bubbles.telegrams({"user": 7001, "messages": [message]})
    assert shown.buttons == (bubbles.Press("Done", "telegram/chats/7001/press", {"message_id": 7, "title": "Done"}),)


def test_keys_of_telegram_are_typed_and_only_under_the_last_message() -> None:
    message = {
        "message_id": 7, "direction": "from_bot", "text": "Done?", "at": "2026-12-01T16:00:00+00:00", "edited": True,
        "buttons": [], "content": {}, "markup": {"keyboard": [["Yes", {"text": "Me", "request_contact": True}]]},
    }  # fmt: skip
    first, last = bubbles.telegrams({"user": 1, "messages": [message, message | {"message_id": 8}]})
    assert [button.body for button in last.buttons] == [{"text": "Yes"}]
    assert (first.buttons, first.marks) == ((), "edited")


def test_quick_replies_vanish_when_something_follows() -> None:
    post = {
        "mid": "m1", "by": "bot", "text": "Done?", "at": "2026-12-01T16:00:00+00:00", "quick_replies": ["Yes"],
        "status": "read", "webhook": "",
    }  # fmt: skip
    [alone] = bubbles.posts({"psid": "24", "messages": [post]})
    assert [button.title for button in alone.buttons] == ["Yes"]
    answer = post | {"mid": "m2", "by": "person", "text": "Yes", "quick_replies": []}
    assert [shown.buttons for shown in bubbles.posts({"psid": "24", "messages": [post, answer]})] == [(), ()]


def test_buttons_in_slack_are_those_of_its_blocks() -> None:
    blocks = [
        {"type": "section"},
        {"type": "actions", "elements": [{"type": "button", "action_id": "a1", "text": {"text": "Done"}}]},
    ]
    message = {"ts": "1764604800.000100", "user": "U0BOT", "text": "Done?", "blocks": blocks}
    [shown] = bubbles.directs({"user": "U0ANA", "messages": [message]})
    [button] = shown.buttons
    assert (button.path, button.body) == (
        "slack-members/U0ANA/press",
        {"ts": "1764604800.000100", "action_id": "a1"},
    )


def test_a_call_that_is_over_says_what_was_heard() -> None:
    [shown] = bubbles.calls([LEG, LEG | {"status": "ringing"}])
    assert shown.text == "Call (answering machine), 12 s\n“Hello”"


def test_an_address_leads_to_its_conversation() -> None:
    state = {"sms": {"+1": {"messages": [SMS]}}, "email": {"a@b.example": {"messages": []}}, "calls": [LEG]}
    assert conversation(state, "sms", "+1")["messages"] == [SMS]
    assert conversation(state, "email", "A@b.example") == {"messages": []}
    assert conversation(state, "telegram", "1") == EMPTY["telegram"]
    assert legs(state, "+12025550101") == [LEG]
    assert (news(state, "sms", "+1"), news(state, "voice", "+12025550101"), news(state, "slack", "x")) == (1, 1, 0)


def test_what_is_typed_goes_where_the_channel_says() -> None:
    assert CHANNELS["sms"].path("+12025550101") == "phones/+12025550101"
    assert CHANNELS["slack"].path("T0SANDBOX:U0ANA") == "slack-members/U0ANA/say"
    assert CHANNELS["email"].path("ana@members.example") == "mail/ana@members.example/reply"


def test_what_can_be_done_depends_on_what_is() -> None:
    titles = [one.title for one in CHANNELS["telegram"].more("7", {"blocked": True})]
    assert "Unblock the bot" in titles
    assert "Block the bot" not in titles
    empty = [one.title for one in CHANNELS["email"].more("a@b.example", {"messages": [], "fate": "full"})]
    assert "Send an automatic reply (away)" not in empty
    assert "From now on: The mailbox is full" not in empty
