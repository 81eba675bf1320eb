"""What a case's card shows."""

from __future__ import annotations

from datetime import timedelta

from bot.handoff import acts, cases, people
from bot.handoff.view import view
from bot.model import Staff
from tests.support.cast import CHI, MARIA
from tests.support.house import TUESDAY, House

DAY = timedelta(days=1)


def test_a_silent_members_card_tells_the_whole_story(house: House) -> None:
    house.settle()
    house.perform("action_report_done", "done")
    house.says("a message")
    for _ in range(3):
        house.clock.push(3 * DAY)
        house.settle()
    with house.db.begin() as session:
        shown = view(session, cases.get(session, 1), house.programme, house.clock.now())
    assert (shown.reason, shown.summary) == ("silent", "No answer about your hello after 2 messages.")
    assert shown.person is not None
    assert (shown.person.name, shown.person.msm, shown.person.segment) == ("Ana Smith", "Maria", "E")
    assert shown.person.local_time.tzinfo is not None
    assert shown.position is not None
    assert (shown.position.done, shown.position.total, shown.position.open_step) == (1, 3, "your hello")
    assert shown.question is not None
    assert shown.question.about == "your hello"
    assert [(line.sender, line.state) for line in shown.question.touches] == [("Compass", "sent"), ("Maria", "sent")]
    assert [(line.author, line.text) for line in shown.last_messages[-2:]] == [
        ("Compass", "Compass: Is your hello done?"),
        ("Maria", "Maria: Is your hello done?"),
    ]
    assert shown.words is None


def test_a_strangers_card_has_only_their_messages(house: House) -> None:
    for text in ("one", "two", "three", "four"):
        house.says(text, "Chi")
    with house.db.begin() as session:
        shown = view(session, cases.get(session, 1), house.programme, TUESDAY)
    assert (shown.person, shown.position, shown.address) == (None, None, CHI)
    assert [line.text for line in shown.last_messages] == ["two", "three", "four"]
    assert shown.words is not None
    assert shown.words.text == "one"


def test_notes_are_counted_and_not_shown(house: House) -> None:
    house.perform("action_request_human", "a person please")
    for _ in range(2):
        with house.db.begin() as session:
            acts.note(session, house.act(1), "secret")
    with house.db.begin() as session:
        shown = view(session, cases.get(session, 1), house.programme, TUESDAY)
    assert shown.notes == 2
    assert "secret" not in repr(shown)


def test_a_completed_journey_is_shown_as_complete(house: House) -> None:
    for _ in range(3):
        house.perform("action_report_done", "done")
    house.perform("action_request_human", "a person please")
    with house.db.begin() as session:
        shown = view(session, cases.get(session, 1), house.programme, TUESDAY)
    assert shown.position is not None
    assert (shown.position.done, shown.position.open_step) == (3, None)
    assert shown.position.milestones == ("settled", "at_home")


def test_a_case_is_found_by_its_card(house: House) -> None:
    house.perform("action_request_human", "a person please")
    house.deliver()
    with house.db.begin() as session:
        found = cases.by_card(session, house.staff.provider_id(house.staff.calls[0]))
        assert found is not None
        assert found.id == 1
        assert cases.by_card(session, "staff-unheard-of") is None


def test_staff_whom_the_import_named_are_met_in_slack_by_their_address(house: House) -> None:
    with house.db.begin() as session:
        assert people.known(session, "U1") is None
        met = people.meet(session, email=MARIA.upper(), name="Maria Okafor", slack_user="U1")
        assert people.known(session, "U1") is met
        new = people.meet(session, email="new@example.org", name="New", slack_user="U2")
        assert new.id != met.id
    assert len(house.rows(Staff)) == 2


def test_the_card_is_brought_up_to_date_when_the_member_writes(house: House) -> None:
    house.perform("action_request_human", "a person please")
    act = house.act(1)
    with house.db.begin() as session:
        acts.reply(session, act, "How can I help?")
    house.deliver()
    editions = len(house.staff.calls)
    house.says("with the form, please")
    house.deliver()
    assert [call.kind for call in house.staff.calls[editions:]] == ["member_message", "card"]
    with house.db.begin() as session:
        shown = view(session, cases.get(session, 1), house.programme, house.clock.now())
    assert shown.clock.waiting_since == TUESDAY
    assert "with the form, please" in [line.text for line in shown.last_messages]
