"""The channel to staff through Slack's own client, against a server that answers as Slack does on bad days too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import Refused
from bot.handoff import desk
from bot.model import HandOff, Member, OutboxMessage, Purpose
from bot.ports import Failed, NoTrace, RetryLater, Sent, Unknown
from bot.programme.loader import load_programme
from inbox.desk import EVENT_TYPE, Post, StaffDesk
from slackkit.faults import REPAIR_PAUSE
from tests.channels.provider import Answer, Provider, closed_port, serve
from tests.channels.slack import ROOT_TS
from tests.channels.world import NOW, ROOT, STAFF_CHANNEL, World, fixture, make_settings, message, with_channel

PROGRAMME = load_programme(ROOT / "journeys")
ERRORS = [error for error in fixture("error_bodies")["errors"] if error["provider"] == "slack"]

STOPPED, WAITS, LATER, FAILED, UNKNOWN = "stopped", "waits", "later", "failed", "unknown"
ACTIONS = {
    **dict.fromkeys(
        [
            "not_authed",
            "invalid_auth",
            "account_inactive",
            "token_revoked",
        ],
        STOPPED,
    ),
    **dict.fromkeys(["channel_not_found", "not_in_channel", "is_archived", "missing_scope"], WAITS),
    **dict.fromkeys(["internal_error", "fatal_error", "request_timeout", ""], UNKNOWN),
    **dict.fromkeys(["service_unavailable", "ratelimited"], LATER),
}


@pytest.fixture
def slack() -> Iterator[Provider]:
    with serve(Answer.json({"ok": True, "messages": []})) as provider:
        yield provider


@pytest.fixture
def staff(slack: Provider) -> StaffDesk:
    return StaffDesk(make_settings(slack_api_base=f"{slack.url}/slack/api"), PROGRAMME)


def post(**changes: Any) -> Post:
    values: dict[str, Any] = {
        "outbox_id": 5,
        "occasion": "case:1:card:1",
        "channel": STAFF_CHANNEL,
        "thread": None,
        "ts": None,
        "text": "Ana",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Ana"}}],
        "at": NOW,
        **changes,
    }
    return Post(**values)


def update() -> Post:
    return post(ts=ROOT_TS, occasion="case:1:card:2")


def found(outbox: int = 5, occasion: str = "case:1:card:1") -> dict[str, Any]:
    payload = {"outbox": outbox, "occasion": occasion}
    return {"ts": "1795290009.000100", "metadata": {"event_type": EVENT_TYPE, "event_payload": payload}}


def answer_of(error: dict[str, Any]) -> Answer:
    if "raw" in error:
        return Answer(error["http"], error["raw"], error["headers"])
    return Answer.json(error["body"], error["http"], **error.get("headers", {}))


def action(result: object) -> str:
    match result:
        case RetryLater(whole_provider=True, reason=reason) if "(Slack " in reason:
            return STOPPED
        case RetryLater(after=pause, reason=reason) if "(Slack " in reason:
            assert pause == REPAIR_PAUSE
            return WAITS
        case RetryLater():
            return LATER
        case Failed():
            return FAILED
        case Unknown():
            return UNKNOWN
    raise AssertionError(result)


def name_of(error: dict[str, Any]) -> str:
    return str(error.get("body", {}).get("error", ""))


def test_a_new_card_is_posted_with_its_row_for_metadata(slack: Provider, staff: StaffDesk) -> None:
    slack.answers.append(Answer.json({"ok": True, "channel": STAFF_CHANNEL, "ts": ROOT_TS}))
    assert staff.send(post()) == Sent(f"{STAFF_CHANNEL}:{ROOT_TS}")
    [request] = slack.received
    assert request.path == "/slack/api/chat.postMessage"
    assert request.headers["authorization"] == "Bearer test-bot-token"
    sent = request.fields
    assert (sent["channel"], sent["text"], sent["blocks"]) == (STAFF_CHANNEL, "Ana", post().blocks)
    assert sent["metadata"] == {
        "event_type": EVENT_TYPE,
        "event_payload": {"outbox": 5, "occasion": "case:1:card:1"},
    }
    assert "thread_ts" not in sent


def test_a_new_edition_changes_the_card_and_has_an_id_of_its_own(slack: Provider, staff: StaffDesk) -> None:
    assert staff.send(update()) == Sent(f"{STAFF_CHANNEL}:{ROOT_TS}#5")
    [request] = slack.received
    assert request.path.endswith("chat.update")
    assert (request.fields["channel"], request.fields["ts"]) == (STAFF_CHANNEL, ROOT_TS)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: name_of(error) or "no JSON")
def test_every_refusal_leads_to_what_the_contract_asks(
    slack: Provider, staff: StaffDesk, error: dict[str, Any]
) -> None:
    slack.answers.append(answer_of(error))
    assert action(staff.send(post())) == ACTIONS.get(name_of(error), FAILED)
    assert len(slack.at("chat.postMessage")) == 1


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: name_of(error) or "no JSON")
def test_a_new_edition_is_tried_again_when_nobody_knows(
    slack: Provider, staff: StaffDesk, error: dict[str, Any]
) -> None:
    slack.answers.append(answer_of(error))
    expected = ACTIONS.get(name_of(error), FAILED)
    assert action(staff.send(update())) == (LATER if expected == UNKNOWN else expected)


def test_the_pause_that_slack_asks_for_is_kept_by_all_messages(slack: Provider, staff: StaffDesk) -> None:
    slack.answers.append(Answer.json({"ok": False, "error": "ratelimited"}, 429, **{"Retry-After": "7"}))
    assert staff.send(post()) == RetryLater("Slack asks to wait", timedelta(seconds=7), whole_provider=True)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(broken=True),
        Answer(200, "this is no JSON"),
        Answer(200, ""),
        Answer(200, "[1]"),
        Answer.json({"ok": True}),
        Answer(500, "<html>"),
    ],
    ids=["reset", "no JSON", "nothing", "a list", "no ts", "500"],
)
def test_an_outcome_that_nobody_knows_is_unknown_and_never_posted_again(
    slack: Provider, staff: StaffDesk, answer: Answer
) -> None:
    slack.answers.append(answer)
    assert isinstance(staff.send(post()), Unknown)
    assert [request.path.rpartition("/")[2] for request in slack.received] == ["chat.postMessage"]


def test_silence_after_the_connection_is_unknown(slack: Provider) -> None:
    slack.answers.append(Answer(silent=True))
    staff = StaffDesk(make_settings(slack_api_base=slack.url, send_timeout_seconds=1), PROGRAMME)
    result = staff.send(post())
    assert isinstance(result, Unknown)
    assert result.whole_provider


def test_without_a_connection_it_surely_was_not_posted_and_everything_waits() -> None:
    for base in (f"http://127.0.0.1:{closed_port()}/api/", "http://slack.invalid/api/"):
        result = StaffDesk(make_settings(slack_api_base=base), PROGRAMME).send(post())
        assert isinstance(result, RetryLater)
        assert result.whole_provider


def test_while_slack_is_away_its_records_are_asked_later() -> None:
    base = f"http://127.0.0.1:{closed_port()}/api/"
    found = StaffDesk(make_settings(slack_api_base=base), PROGRAMME).reconcile(post(), NOW)
    assert isinstance(found, RetryLater)


def test_an_interrupted_message_is_found_by_its_metadata(slack: Provider, staff: StaffDesk) -> None:
    listing = {"ok": True, "messages": [found(outbox=4), {"ts": "1"}, found(occasion="another"), found()]}
    slack.answers.append(Answer.json(listing))
    assert staff.reconcile(post(), NOW) == Sent(f"{STAFF_CHANNEL}:1795290009.000100")
    [look_up] = slack.at("conversations.history")
    asked = {**look_up.fields, **look_up.query}
    assert asked["include_all_metadata"] in ("1", 1, True)
    assert float(asked["oldest"]) < NOW.timestamp()


def test_the_look_up_turns_pages_and_comes_to_an_end(slack: Provider, staff: StaffDesk) -> None:
    slack.default = Answer.json({"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}})
    assert staff.reconcile(post(), NOW) is None
    assert len(slack.received) == 2


def test_an_interrupted_message_of_a_thread_is_looked_for_in_it(slack: Provider, staff: StaffDesk) -> None:
    slack.answers.append(Answer.json({"ok": True, "messages": [found()]}))
    assert staff.reconcile(post(thread=ROOT_TS), NOW) == Sent(f"{STAFF_CHANNEL}:1795290009.000100")
    assert len(slack.at("conversations.replies")) == 1


def test_a_message_that_is_nowhere_was_not_posted(slack: Provider, staff: StaffDesk) -> None:
    slack.answers.append(Answer.json({"ok": True, "messages": [found(outbox=4)]}))
    assert staff.reconcile(post(), NOW) == NoTrace()


def test_an_interrupted_edition_may_be_shown_again(slack: Provider, staff: StaffDesk) -> None:
    assert staff.reconcile(update(), NOW) == NoTrace()
    assert slack.received == []


def test_when_the_look_up_is_refused_nothing_is_claimed(slack: Provider, staff: StaffDesk) -> None:
    slack.answers.append(Answer.json({"ok": False, "error": "thread_not_found"}))
    assert staff.reconcile(post(), NOW) is None


def test_a_look_up_that_lacks_a_permission_waits_for_it(slack: Provider, staff: StaffDesk) -> None:
    slack.answers.append(Answer.json({"ok": False, "error": "missing_scope"}))
    assert action(staff.reconcile(post(), NOW)) == WAITS


def prepared(world: World, row: int) -> Post:
    with world.db.begin() as session:
        return StaffDesk(world.settings, world.programme).prepare(session, message(session, row), NOW)


def test_the_first_card_is_new_and_the_next_is_an_edition_of_it(world: World) -> None:
    case_id = world.new_case(world.new_member())
    with world.db.begin() as session:
        desk.show(session, session.get_one(HandOff, case_id), now=NOW, wall=NOW)
    first, second = world.outbox()
    new = prepared(world, first.id)
    assert (new.channel, new.thread, new.ts) == (STAFF_CHANNEL, None, None)
    assert new.blocks[0]["text"]["text"] == "Ana Diaz \u00b7 open"
    world.card_is_posted(case_id, ROOT_TS)
    edition = prepared(world, second.id)
    assert (edition.channel, edition.thread, edition.ts) == (STAFF_CHANNEL, None, ROOT_TS)


def test_the_card_of_a_team_appears_in_its_own_channel(world: World) -> None:
    world.programme = with_channel(world.programme, "member_success", "C0TEAM")
    world.new_case(world.new_member())
    assert prepared(world, world.outbox()[0].id).channel == "C0TEAM"


def test_what_a_member_writes_is_shown_in_the_thread_at_the_members_time(world: World) -> None:
    member = world.new_member()
    case_id = world.new_case(member)
    world.card_is_posted(case_id, ROOT_TS)
    with world.db.begin() as session:
        case = session.get_one(HandOff, case_id)
        desk.tell(session, case, "member_message", "inbox:1", now=NOW, wall=NOW, author="Ana Diaz", text="help",
                  via="sms", at=NOW.isoformat())  # fmt: skip
        assert session.get_one(Member, member).time_zone == "America/Los_Angeles"
    told = prepared(world, world.outbox()[-1].id)
    assert (told.thread, told.ts) == (ROOT_TS, None)
    assert "12:00" in told.blocks[0]["elements"][0]["text"]


def test_while_the_card_has_no_known_place_the_thread_message_stands_alone_and_names_its_case(world: World) -> None:
    case_id = world.new_case(world.new_member())
    with world.db.begin() as session:
        case = session.get_one(HandOff, case_id)
        desk.tell(session, case, "event", "called:1", now=NOW, wall=NOW, text="Dana called: they talked.")
    told = prepared(world, world.outbox()[-1].id)
    assert told.thread is None
    assert told.blocks[-1]["elements"][0]["text"] == f"Case {case_id}"


def test_a_message_of_no_case_is_refused(world: World) -> None:
    row = world.enqueue_text("x")
    with world.db.begin() as session:
        lost: OutboxMessage = message(session, row)
        lost.purpose = Purpose.STAFF
        with pytest.raises(Refused):
            StaffDesk(world.settings, world.programme).prepare(session, lost, NOW)
