"""What staff do about a member: notes, steps, pauses, messages, corrections."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.errors import NotFound, Refused
from bot.handoff import acts as on_cases
from bot.handoff import cases
from bot.handoff.cases import Need
from bot.members import acts, consent, dossier
from bot.members.acts import ContactChange
from bot.members.hand import Hand
from bot.members.progress_by_staff import Mark
from bot.model import (
    AuditEntry,
    CaseEntry,
    ContactPoint,
    HandOff,
    HandOffReason,
    HandOffState,
    Member,
    MemberNote,
    OutboxMessage,
    Purpose,
    StepProgress,
    StepState,
    TouchState,
)
from tests.support import cast
from tests.support.house import House


def hand(house: House, email: str = cast.MARIA) -> Hand:
    with house.db.begin() as session:
        person = cast.colleague(session, email)
    return Hand(f"console:{email}", house.times(), person.id)


def open_case(house: House) -> int:
    with house.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Please call.", "sms", cast.NUMBERS["Ana"], session.get_one(Member, 1))
        return cases.open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id


@pytest.fixture
def maria(house: House) -> Hand:
    return hand(house)


def test_a_note_goes_to_the_open_case_and_else_to_the_member(house: House, maria: Hand) -> None:
    with house.db.begin() as session:
        assert acts.note(session, 1, maria, " likes mornings ", "n1") is None
        assert acts.note(session, 1, maria, "likes mornings", "n1") is None
    case = open_case(house)
    with house.db.begin() as session:
        assert acts.note(session, 1, maria, "called twice", "n2") == case
    kept = house.one(MemberNote)
    assert (kept.author, kept.text) == ("Maria", "likes mornings")
    assert "called twice" in [entry.text for entry in house.rows(CaseEntry)]
    with house.db.begin() as session:
        notes = dossier.dossier(session, house.programme, 1, house.clock.now()).notes
    assert {(one.text, one.case_id) for one in notes} == {("likes mornings", None), ("called twice", case)}


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001, "a\0b"])
def test_an_empty_or_endless_note_is_refused(house: House, maria: Hand, text: str) -> None:
    with pytest.raises(Refused), house.db.begin() as session:
        acts.note(session, 1, maria, text, "n1")


def test_a_step_that_a_colleague_marks_says_who_did(house: House, maria: Hand) -> None:
    with house.db.begin() as session:
        acts.mark_step(session, house.programme, 1, maria, "form", Mark.DONE, "saw it")
    step = house.one(StepProgress, StepProgress.step == "form")
    assert (step.state, step.source, step.evidence) == (StepState.DONE, "console:maria@example.org", "saw it")
    with house.db.begin() as session:
        [way] = dossier.dossier(session, house.programme, 1, house.clock.now()).ways
    line = next(step for one in way.milestones for step in one.steps if step.key == "form")
    assert (line.state, line.by, line.evidence) == ("done", "Maria", "saw it")


def test_a_pause_holds_what_is_due_with_a_reason_that_the_plan_tells(house: House, maria: Hand) -> None:
    with house.db.begin() as session:
        back = acts.pause(session, 1, maria, date(2026, 12, 1))
    assert back.astimezone(house.member().zone).isoformat() == "2026-12-01T00:00:00-05:00"
    house.settle()
    assert house.touches() == [(0, str(TouchState.HELD), "away")]
    with house.db.begin() as session:
        plan = dossier.plan(session, house.programme, house.reach(), 1, house.clock.now())
        page = dossier.dossier(session, house.programme, 1, house.clock.now())
    assert [held.reason for held in plan.coming[0].holds] == ["away"]
    assert page.paused_until == back
    assert [(one.is_pause, one.source) for one in page.absences] == [(True, "Maria")]


def test_a_pause_that_is_ended_lets_go_what_it_held(house: House, maria: Hand) -> None:
    with house.db.begin() as session:
        acts.pause(session, 1, maria, date(2026, 12, 1))
    house.settle()
    with house.db.begin() as session:
        acts.resume(session, 1, maria)
    house.settle()
    assert house.texts() != []
    with pytest.raises(Refused, match="no pause"), house.db.begin() as session:
        acts.resume(session, 1, maria)


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 11, 1), date(2028, 1, 1)])
def test_a_pause_has_an_end_to_come_within_a_year(house: House, maria: Hand, day: date) -> None:
    with pytest.raises(Refused), house.db.begin() as session:
        acts.pause(session, 1, maria, day)


def write(house: House, by: Hand, text: str = "Hello Ana, Maria here.", dedupe: str = "w1", key: str = "1") -> int:
    with house.db.begin() as session:
        return acts.write(session, house.programme, house.reach(), 1, by, text, key, dedupe)


def test_words_of_a_colleague_go_out_and_the_conversation_is_theirs(house: House, maria: Hand) -> None:
    case = write(house, maria)
    house.deliver()
    assert house.texts() == ["Hello Ana, Maria here."]
    row = house.get(HandOff, case)
    assert (row.state, row.reason, row.waiting_since) == (HandOffState.CLAIMED, HandOffReason.STAFF, None)
    assert row.assignee_id == maria.staff_id
    assert house.says("thanks").outcome == "forwarded"
    house.settle()
    assert len(house.texts()) == 1  # outreach waits for the colleague


def test_the_same_message_twice_goes_out_once(house: House, maria: Hand) -> None:
    assert write(house, maria) == write(house, maria)
    house.deliver()
    assert len(house.texts()) == 1


def test_writing_claims_the_case_that_is_open(house: House, maria: Hand) -> None:
    case = open_case(house)
    assert write(house, maria) == case
    assert house.get(HandOff, case).state is HandOffState.CLAIMED
    with pytest.raises(Refused, match="Maria has this case"):
        write(house, hand(house, cast.JONAS), dedupe="w2")


def test_nobody_writes_where_the_member_said_stop_or_agreed_to_nothing(house: House, maria: Hand) -> None:
    house.bring("Eve")
    with house.db.begin() as session:
        [way] = acts.ways(session, house.reach(), 2, house.clock.now())
        assert way.hindrance == "no_consent"
    with pytest.raises(Refused, match="not agreed"), house.db.begin() as session:
        acts.write(session, house.programme, house.reach(), 2, maria, "hello", way.key, "w3")
    with house.db.begin() as session:
        consent.withdraw(session, cast.point(session, "Ana"), consent.Evidence("keyword", "STOP"), house.clock.now())
    with pytest.raises(Refused, match="STOP"):
        write(house, maria)
    assert house.rows(HandOff) == []
    assert house.rows(OutboxMessage, OutboxMessage.purpose == Purpose.STAFF_REPLY) == []


def test_an_empty_message_is_refused(house: House, maria: Hand) -> None:
    with pytest.raises(Refused, match="empty"):
        write(house, maria, "  ")


def test_nothing_is_done_about_a_member_who_is_not_there(house: House, maria: Hand) -> None:
    with pytest.raises(NotFound), house.db.begin() as session:
        acts.note(session, 99, maria, "hello", "n9")
    with pytest.raises(NotFound), house.db.begin() as session:
        acts.ways(session, house.reach(), 99, house.clock.now())


def change(house: House, by: Hand, **what: str) -> tuple[str, ...]:
    with house.db.begin() as session:
        return acts.change_contact(session, house.programme, 1, by, ContactChange(**what))


def test_a_new_number_takes_the_place_of_the_old_one_and_is_no_consent(house: House, maria: Hand) -> None:
    assert change(house, maria, phone="+1 202 555 0177", last_name="Souza") == ("last_name", "phone")
    old, new = house.rows(ContactPoint)
    assert (old.unusable_reason, new.address, new.consented_at) == ("replaced", "+12025550177", None)
    assert house.member().last_name == "Souza"
    assert house.rows(AuditEntry, AuditEntry.action == "member.changed")[0].actor == maria.actor


def test_a_new_number_with_words_of_consent_may_be_written_to(house: House, maria: Hand) -> None:
    change(house, maria, phone="+12025550177", agreed="on the phone, 24 November")
    assert house.rows(ContactPoint)[-1].consented_at == house.clock.now()


def test_saying_what_is_so_already_changes_nothing(house: House, maria: Hand) -> None:
    before = len(house.rows(AuditEntry))
    assert change(house, maria, phone=cast.NUMBERS["Ana"], first_name="Ana", msm=cast.MARIA) == ()
    assert len(house.rows(AuditEntry)) == before


@pytest.mark.parametrize(
    ("what", "why"), [({"phone": "123"}, "Phone"), ({"email": "ana"}, "E-mail"), ({"time_zone": "Mars"}, "Time zone")]
)
def test_a_value_that_is_of_no_use_is_refused_with_its_field(
    house: House, maria: Hand, what: dict[str, str], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        change(house, maria, **what)


def test_an_address_of_another_member_is_refused(house: House, maria: Hand) -> None:
    house.bring("Hal")
    with pytest.raises(Refused, match="another member"):
        change(house, maria, phone=cast.NUMBERS["Hal"])


def test_another_manager_looks_after_the_member(house: House, maria: Hand) -> None:
    assert change(house, maria, msm=cast.JONAS) == ("msm",)
    with house.db.begin() as session:
        assert dossier.dossier(session, house.programme, 1, house.clock.now()).person.msm == "Jonas"


def test_what_is_resolved_later_gives_the_conversation_back(house: House, maria: Hand) -> None:
    case = write(house, maria)
    with house.db.begin() as session:
        on_cases.resolve(session, house.act(case), "Said hello.", house.programme)
    house.clock.push(timedelta(days=4))
    house.settle()
    assert len(house.texts()) > 1
