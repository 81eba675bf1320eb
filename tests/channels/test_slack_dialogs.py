"""The dialogs of staff: what they offer, and what comes of them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.handoff.canned import Canned
from bot.handoff.moments import moments_ahead
from bot.handoff.replies import Way
from bot.model import Absence, CaseEntry, ContactPoint, EntryKind, HandOff, HandOffState, Staff
from inbox import modals, modals_case, modals_reply
from inbox.modals_reply import Draft
from tests.channels.provider import Answer
from tests.channels.slack import DANA, OLI, ROOT_TS, deletion, edit, event, press, shortcut, submission
from tests.channels.test_slack_handler import Desk, desk
from tests.channels.world import NOW, STAFF_CHANNEL

__all__ = ["desk"]

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
ORIGIN = modals.Origin(1, STAFF_CHANNEL, ROOT_TS)


def origin(desk: Desk) -> modals.Origin:
    return modals.Origin(desk.case_id, STAFF_CHANNEL, ROOT_TS)


def menu(view: dict[str, Any], action: str) -> dict[str, str]:
    """Of a dialog's menu: values by what they say."""
    element = next(b["element"] for b in view["blocks"] if b.get("element", {}).get("action_id") == action)
    groups = element.get("option_groups") or [element]
    return {one["text"]["text"]: one["value"] for group in groups for one in group["options"]}


def chosen(name: str, value: str) -> dict[str, Any]:
    return {name: {name: {"type": "static_select", "selected_option": {"value": value}}}}


def on_day(name: str, day: str) -> dict[str, Any]:
    return {name: {name: {"type": "datepicker", "selected_date": day}}}


def typed(text: str, block: str = "text") -> dict[str, Any]:
    return {block: {"text": {"type": "plain_text_input", "value": text}}}


# Snooze


@pytest.mark.parametrize(
    ("now", "zone", "moments"),
    [
        (
            "2026-12-01T09:00+00:00",  # a Tuesday
            LONDON,
            ["In an hour 1 10:00", "This afternoon 1 14:00", "Tomorrow 2 09:00", "Next Monday 7 09:00"],
        ),
        (
            "2026-12-01T13:29+00:00",
            LONDON,
            ["This afternoon 1 14:00", "In an hour 1 14:29", "Tomorrow 2 09:00", "Next Monday 7 09:00"],
        ),
        ("2026-12-01T13:30+00:00", LONDON, ["In an hour 1 14:30", "Tomorrow 2 09:00", "Next Monday 7 09:00"]),
        ("2026-12-06T16:00+00:00", LONDON, ["In an hour 6 17:00", "Next Monday 7 09:00"]),  # a Sunday
        ("2026-12-07T16:00+00:00", LONDON, ["In an hour 7 17:00", "Tomorrow 8 09:00", "Next Monday 14 09:00"]),
        ("2026-12-02T01:00+00:00", NEW_YORK, ["In an hour 1 21:00", "Tomorrow 2 09:00", "Next Monday 7 09:00"]),
        # Clocks go forward in the night to Sunday.
        ("2027-03-13T20:00+00:00", NEW_YORK, ["In an hour 13 16:00", "Tomorrow 14 09:00", "Next Monday 15 09:00"]),
    ],
)  # fmt: skip
def test_moments_are_those_of_the_team_and_to_come(now: str, zone: ZoneInfo, moments: list[str]) -> None:
    found = moments_ahead(datetime.fromisoformat(now), zone, time(9))
    shown = [(label, at.astimezone(zone)) for label, at in found]
    assert [f"{label} {at.day} {at:%H:%M}" for label, at in shown] == moments
    assert all(at.utcoffset() == timedelta() for _, at in found)


def test_a_case_is_snoozed_until_the_moment_that_was_shown(desk: Desk) -> None:
    assert desk.do(press("snooze", desk.case_id)).outcome == "opened"
    view = desk.opened_view()
    value = next(value for said, value in menu(view, "until").items() if said.startswith("Next Monday"))
    assert desk.do(submission(view, chosen("until", value))).outcome == "snoozed"
    assert desk.case().snoozed_until == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_day_that_was_picked_counts_from_its_morning_and_a_past_one_is_refused(desk: Desk) -> None:
    view = modals_case.snooze(origin(desk), NOW, LONDON, time(9))
    until = chosen("until", str(int((NOW + timedelta(hours=1)).timestamp())))
    assert desk.do(submission(view, {**until, **on_day("day", "2026-12-24")})).outcome == "snoozed"
    assert desk.case().snoozed_until == datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
    late = submission(view, {**until, **on_day("day", "2026-11-20")}, view_id="V2")
    assert desk.do(late).outcome == "refused"
    assert "a moment to come" in desk.whispers()[0]


# Assign


def test_assign_offers_colleagues_with_what_speaks_against_them_and_the_teams(desk: Desk) -> None:
    assert desk.do(press("assign", desk.case_id)).outcome == "opened"
    with desk.world.db.begin() as session:
        jonas = session.query(Staff).filter_by(email="jonas.weber@example.org").one()
        ends_at = NOW + timedelta(days=2)
        session.add(Absence(staff_id=jonas.id, starts_at=NOW, ends_at=ends_at, source="staff"))
    desk.do(press("assign", desk.case_id, trigger="2"))
    offered = list(menu(desk.opened_view(), "to"))
    assert offered == [
        "Maria Okafor (0 cases)",
        "Priya Nair (0 cases)",
        "Jonas Weber (away until Mon 23 Nov, 20:00)",
        "Member Success",
        "Technical Support",
        "Professional Services",
    ]  # fmt: skip


def test_a_case_is_assigned_by_the_dialog_to_a_person_or_a_team(desk: Desk) -> None:
    desk.do(press("claim", desk.case_id))
    desk.do(press("assign", desk.case_id, trigger="2"))
    view = desk.opened_view()
    to = next(value for said, value in menu(view, "to").items() if said.startswith("Priya"))
    assert desk.do(submission(view, chosen("to", to))).outcome == "assigned"
    case = desk.case()
    assert (case.state, case.assignee.name if case.assignee else None) == (HandOffState.CLAIMED, "Priya Nair")
    desk.do(press("assign", desk.case_id, trigger="3"))
    row = desk.do(submission(desk.opened_view(), chosen("to", "team:technical_support"), view_id="V2"))
    assert row.outcome == "assigned"
    assert (desk.case().state, desk.case().team) == (HandOffState.OPEN, "technical_support")


# Call


def test_call_shows_the_number_and_keeps_how_it_went(desk: Desk) -> None:
    assert desk.do(press("call", desk.case_id)).outcome == "opened"
    view = desk.opened_view()
    assert view["blocks"][0]["text"]["text"] == "*Ana Diaz*  <tel:+14155550123|+14155550123>"
    row = desk.do(submission(view, {**chosen("went", "machine"), **typed("will try again")}))
    assert row.outcome == "called"
    assert desk.entries(EntryKind.EVENT)[-1] == "Dana called: left a message. will try again"
    assert desk.case().assignee is not None


def test_without_a_number_nobody_is_asked_how_the_call_went(desk: Desk) -> None:
    with desk.world.db.begin() as session:
        session.query(ContactPoint).one().unusable_at = NOW
    assert desk.do(press("call", desk.case_id)).outcome == "refused"
    assert desk.whispers() == ["No phone number of Ana Diaz is known that works."]


# Reply


def test_the_dialog_offers_canned_words_filled_in_and_the_ways_to_the_member(desk: Desk) -> None:
    desk.do(press("reply", desk.case_id))
    view = desk.opened_view()
    assert next(iter(menu(view, "canned"))) == "How can I help?"  # for those who are silent
    assert list(menu(view, "way")) == ["Text message: +14155550123, where they were last"]
    picked = {
        "type": "block_actions",
        "user": {"id": DANA},
        "trigger_id": "9",
        "container": {"type": "view", "view_id": "V1"},
        "view": {**view, "id": "V1", "hash": "h1", "state": {"values": chosen("way", menu(view, "way").popitem()[1])}},
        "actions": [{"action_id": "canned", "block_id": "canned", "selected_option": {"value": "call_offer"}}],
    }
    assert desk.do(picked).outcome == "filled_in"
    (update,) = desk.slack.at("views.update")
    assert (update.fields["view_id"], update.fields["hash"]) == ("V1", "h1")
    filled = update.fields["view"]
    words = next(block for block in filled["blocks"] if block.get("element", {}).get("action_id") == "text")
    assert words["element"]["initial_value"].startswith("Hi Ana, Dana from Fernhill Institute.")
    assert words["block_id"] == "text:call_offer"
    assert desk.do(submission(filled, typed("Shall I call?", "text:call_offer"))).outcome == "replied"
    assert desk.replies() == ["Shall I call?"]


def test_picking_words_in_a_dialog_that_is_closed_already_does_nothing(desk: Desk) -> None:
    view = modals_reply.reply(origin(desk), "Ana", [Way("sms", "+1", key="1")], [Canned("sorry", "Sorry", "Sorry")])
    picked = {
        "type": "block_actions", "user": {"id": DANA}, "trigger_id": "9",
        "container": {"type": "view", "view_id": "V1"}, "view": {**view, "id": "V1", "hash": "h1"},
        "actions": [{"action_id": "canned", "block_id": "canned", "selected_option": {"value": "sorry"}}],
    }  # fmt: skip
    desk.slack.default = Answer.json({"ok": False, "error": "not_found"})
    row = desk.do(picked)
    assert (row.state, row.outcome) == ("done", "filled_in")


def picks_words(desk: Desk, user: str = DANA) -> dict[str, Any]:
    """Somebody picks canned words in the open dialog for a reply."""
    return {
        "type": "block_actions", "user": {"id": user}, "trigger_id": "9",
        "container": {"type": "view", "view_id": "V1"}, "view": {**desk.opened_view(), "id": "V1", "hash": "h1"},
        "actions": [{"action_id": "canned", "block_id": "canned", "selected_option": {"value": "call_offer"}}],
    }  # fmt: skip


def test_who_picks_words_when_a_colleague_has_claimed_the_case_is_told_at_once(desk: Desk) -> None:
    desk.do(press("reply", desk.case_id))
    desk.do(press("claim", desk.case_id, user=OLI, trigger="2"))
    row = desk.do(picks_words(desk))
    assert (row.state, row.outcome, row.attempts) == ("done", "refused", 0)
    assert desk.whispers() == ["Oli has this case."]
    assert desk.slack.at("views.update") == []


def test_a_way_that_closed_meanwhile_is_refused_with_the_words_that_were_typed(desk: Desk) -> None:
    desk.do(press("reply", desk.case_id))
    with desk.world.db.begin() as session:
        session.query(ContactPoint).one().opted_out_at = NOW
    assert desk.do(submission(desk.opened_view(), typed("Hi *Ana*_"))).outcome == "refused"
    (whisper,) = desk.slack.at("chat.postEphemeral")
    assert "they said STOP there" in whisper.fields["text"]
    assert whisper.fields["blocks"][-1]["text"] == {"type": "plain_text", "text": "Hi *Ana*_", "emoji": False}


def test_the_field_for_the_words_has_a_new_name_for_each_canned_reply() -> None:
    ways = [Way("sms", "+1", key="1")]
    plain, one = (modals_reply.reply(ORIGIN, "Ana", ways, draft=draft) for draft in (None, Draft("Hi", "one")))
    assert [view["blocks"][0]["block_id"] for view in (plain, one)] == ["text", "text:one"]


# Send as reply


def test_a_message_of_the_thread_is_put_into_the_dialog(desk: Desk) -> None:
    message = event("&gt; Hi <@U0OTHER> &amp; all\nnot this")["event"]
    assert desk.do(shortcut(message)).outcome == "opened"
    words = next(b["element"] for b in desk.opened_view()["blocks"] if b.get("block_id") == "text")
    assert words["initial_value"] == "Hi Oli & all"
    assert desk.replies() == []


def test_emoji_of_the_thread_go_to_the_member_as_characters(desk: Desk) -> None:
    wave = {"type": "emoji", "name": "wave", "unicode": "1f44b"}
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [wave]}]}]
    assert desk.do(event("&gt; Hi :wave:", blocks=blocks)).outcome == "replied"
    assert desk.replies() == ["Hi \U0001f44b"]
    desk.do(shortcut(event("Bye :wave:", ts="1795290031.000100", blocks=blocks)["event"]))
    words = next(b["element"] for b in desk.opened_view()["blocks"] if b.get("block_id") == "text")
    assert words["initial_value"] == "Bye \U0001f44b"


def test_what_the_dialog_would_cut_is_not_put_into_it(desk: Desk) -> None:
    assert desk.do(shortcut(event("x" * 3000)["event"])).outcome == "opened"
    row = desk.do(shortcut(event("x" * 3001, ts="1795290031.000100")["event"], trigger="111.444.def"))
    assert row.outcome == "refused"
    assert "3001 characters" in desk.whispers()[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"thread_ts": "1795290000.999999"}, "in the thread of no case"),
        ({"bot_id": "B0"}, "Only what a colleague wrote"),
        ({"user": None}, "Only what a colleague wrote"),
    ],
)
def test_only_what_colleagues_wrote_in_the_thread_of_a_case_can_be_sent(
    desk: Desk, changes: dict[str, Any], told: str
) -> None:
    assert desk.do(shortcut(event("hi", **changes)["event"])).outcome == "refused"
    assert told in desk.whispers()[0]


def test_who_has_not_the_case_can_not_send_as_reply(desk: Desk) -> None:
    desk.do(press("claim", desk.case_id))
    assert desk.do(shortcut(event("hi")["event"], user=OLI)).outcome == "refused"
    assert desk.whispers() == ["Dana has this case."]


# Edits


def test_a_note_that_is_edited_and_deleted_follows(desk: Desk) -> None:
    desk.do(event("she is late"))
    assert desk.do(edit("she is late", "she was &lt;late&gt;")).outcome == "edited"
    assert desk.entries(EntryKind.NOTE) == ["she was <late>"]
    assert desk.do(deletion("she was &lt;late&gt;")).outcome == "deleted"
    assert desk.entries(EntryKind.NOTE) == ["[deleted by its author]"]
    assert desk.whispers() == []


def test_a_note_that_is_edited_keeps_its_files(desk: Desk) -> None:
    files = [{"name": "bill.pdf"}]
    desk.do(event("the bil", subtype="file_share", files=files))
    desk.do(edit("the bil", "the bill", files=files))
    assert desk.entries(EntryKind.NOTE) == ["the bill [file: bill.pdf]"]


def test_a_reply_that_is_edited_is_explained_to_its_author_alone(desk: Desk) -> None:
    desk.do(event("&gt; Hi Ana"))
    desk.do(edit("&gt; Hi Ana", "&gt; Hi Anna"))
    assert desk.replies() == ["Hi Ana"]
    (whisper,) = desk.slack.at("chat.postEphemeral")
    assert (whisper.fields["user"], whisper.fields["thread_ts"]) == (DANA, ROOT_TS)
    assert "has the first version" in whisper.fields["text"]


def test_an_edit_in_a_thread_that_is_no_case_is_left_alone(desk: Desk) -> None:
    assert desk.do(edit("a", "b", thread_ts="1795290000.999999")).outcome == "no_case"
    assert desk.world.rows(CaseEntry)[1:] == []
    assert desk.world.rows(HandOff)[0].id == desk.case_id
