"""What staff do with a case, and what the member gets to see of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.db import Database
from bot.errors import NotFound, Refused
from bot.handoff import acts, cases, people
from bot.handoff.acts import Act
from bot.handoff.cases import Need, open_case
from bot.model import (
    AuditEntry,
    CaseEntry,
    CheckIn,
    EntryKind,
    HandOff,
    HandOffReason,
    HandOffState,
    Member,
    OutboxMessage,
    Priority,
    Question,
    StepProgress,
    StepState,
)
from tests.support.cast import CHI, JONAS, MARIA, NUMBERS
from tests.support.house import TUESDAY, House

DAY = timedelta(days=1)


def need(house: House, reason: HandOffReason = HandOffReason.ASKED, **changes: object) -> Need:
    values = {"member": house.member(), "channel": "sms", "address": NUMBERS["Ana"], "summary": "Asked.", **changes}
    return Need(reason, **values)  # type: ignore[arg-type]


def opened(house: House, **changes: object) -> int:
    with house.db.begin() as session:
        wanted = need(house, **changes)  # type: ignore[arg-type]
        return open_case(session, wanted, house.programme, now=house.clock.now(), wall=house.clock.wall()).id


def claim(house: House, case: int, email: str = MARIA) -> HandOff:
    with house.db.begin() as session:
        return acts.claim(session, house.act(case, email))


def reply(house: House, case: int, text: str, email: str = MARIA, dedupe: str | None = None) -> None:
    with house.db.begin() as session:
        acts.reply(session, house.act(case, email, dedupe), text)


def resolve(house: House, case: int, outcome: str = "", *, step_done: bool = False, email: str = MARIA) -> None:
    with house.db.begin() as session:
        acts.resolve(session, house.act(case, email), outcome, house.programme, step_done=step_done)


def entries(house: House) -> list[tuple[str, str, str]]:
    return [(str(entry.kind), entry.author, entry.text) for entry in house.rows(CaseEntry)]


def cards(house: House) -> int:
    return len(house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:card"))


# Opening


def test_a_case_is_opened_with_a_card_for_staff(house: House) -> None:
    case = house.get(HandOff, opened(house))
    assert (case.state, case.subject, case.card_edition) == (HandOffState.OPEN, "member:1", 1)
    house.deliver()
    assert [carried.kind for carried in house.staff.calls] == ["card"]
    assert house.staff.calls[0].address == "case:1"


def test_one_person_has_one_unresolved_case(house: House) -> None:
    first = opened(house, priority=Priority.LOW)
    second = opened(house, summary="Again.", priority=Priority.HIGH, reason=HandOffReason.STUCK)
    assert first == second
    case = house.get(HandOff, first)
    assert (case.priority, case.reason, case.summary) == (Priority.HIGH, HandOffReason.ASKED, "Asked.")
    assert [text for _, _, text in entries(house)] == ["Asked.", "Again."]
    assert cards(house) == 2


def test_a_later_need_never_makes_a_case_less_urgent(house: House) -> None:
    case = opened(house, priority=Priority.URGENT)
    opened(house, priority=Priority.LOW)
    assert house.get(HandOff, case).priority is Priority.URGENT


def test_after_a_case_is_resolved_the_next_need_opens_a_new_one(house: House) -> None:
    first = opened(house)
    claim(house, first)
    resolve(house, first)
    assert opened(house) != first
    assert [case.state for case in house.cases()] == [HandOffState.RESOLVED, HandOffState.OPEN]


def test_a_stranger_has_a_case_of_their_own(house: House) -> None:
    opened(house)
    opened(house, member=None, address=CHI)
    assert [case.subject for case in house.cases()] == ["member:1", f"sms:{CHI}"]


def test_there_is_no_such_case(house: House) -> None:
    with house.db.begin() as session, pytest.raises(NotFound, match="case 99"):
        acts.note(session, house.act(99), "hello")


# Claiming


def test_whoever_claims_a_case_holds_the_conversation(house: House) -> None:
    case = claim(house, opened(house))
    assert (case.state, case.claimed_at) == (HandOffState.CLAIMED, TUESDAY)
    with house.db.begin() as session:
        held = cases.held_by_person(session, 1)
        assert held is not None
        assert held.id == case.id


def test_an_open_case_does_not_hold_the_conversation(house: House) -> None:
    opened(house)
    with house.db.begin() as session:
        assert cases.held_by_person(session, 1) is None


def test_claiming_twice_changes_nothing(house: House) -> None:
    case = opened(house)
    claim(house, case)
    before = (cards(house), len(entries(house)))
    claim(house, case)
    assert (cards(house), len(entries(house))) == before


def test_a_colleagues_case_is_not_claimed(house: House) -> None:
    case = opened(house)
    claim(house, case)
    with pytest.raises(Refused, match="Maria has this case"):
        claim(house, case, JONAS)
    assert house.get(HandOff, case).assignee_id == house.act(case).staff.id


def test_a_resolved_case_is_not_claimed(house: House) -> None:
    case = opened(house)
    resolve(house, case)
    with pytest.raises(Refused, match="resolved"):
        claim(house, case, JONAS)


# Writing


def test_a_note_is_kept_and_never_sent(house: House) -> None:
    case = opened(house)
    claim(house, case)
    with house.db.begin() as session:
        acts.note(session, house.act(case, dedupe="n1"), "between us: difficult")
    with house.db.begin() as session:
        acts.note(session, house.act(case, dedupe="n1"), "between us: difficult")
    house.settle()
    notes = house.rows(CaseEntry, CaseEntry.kind == EntryKind.NOTE)
    assert [note.text for note in notes] == ["between us: difficult"]
    assert house.outbox() == []
    assert house.sms.calls == []


def test_a_reply_goes_to_the_member_once(house: House) -> None:
    case = opened(house)
    claim(house, case)
    reply(house, case, "  I can help.  ", dedupe="r1")
    reply(house, case, "  I can help.  ", dedupe="r1")
    house.deliver()
    assert house.texts() == ["I can help."]


def test_a_reply_claims_an_open_case(house: House) -> None:
    case = opened(house)
    reply(house, case, "I can help.", JONAS)
    found = house.get(HandOff, case)
    assert found.state is HandOffState.CLAIMED
    with house.db.begin() as session:
        assert cases.get(session, case).assignee.name == "Jonas"  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_reply_is_refused(house: House, text: str) -> None:
    case = opened(house)
    with pytest.raises(Refused, match="empty"):
        reply(house, case, text)
    assert house.get(HandOff, case).state is HandOffState.OPEN


def test_a_reply_in_a_colleagues_case_is_refused(house: House) -> None:
    case = opened(house)
    claim(house, case)
    with pytest.raises(Refused, match="Maria has this case"):
        reply(house, case, "me too", JONAS)
    assert house.outbox() == []


def test_a_reply_in_a_resolved_case_is_refused(house: House) -> None:
    case = opened(house)
    resolve(house, case)
    with pytest.raises(Refused, match="resolved"):
        reply(house, case, "one more thing")


def test_a_reply_goes_where_the_member_wrote_last(house: House) -> None:
    house.bring("Hal")
    case = opened(house)
    claim(house, case)
    house.change(HandOff, case, lambda row: setattr(row, "address", NUMBERS["Hal"]))
    house.says("now from here")
    assert house.get(HandOff, case).address == NUMBERS["Ana"]
    reply(house, case, "I see you.")
    house.deliver()
    assert house.texts() == ["I see you."]


# Resolving


def test_a_case_that_a_person_held_is_given_back_and_the_bot_says_so_once(house: House) -> None:
    case = opened(house)
    claim(house, case)
    resolve(house, case, "  all well  ")
    with pytest.raises(Refused):
        resolve(house, case)
    house.deliver()
    assert house.texts() == ["Compass is back, Ana."]
    found = house.get(HandOff, case)
    assert (found.state, found.outcome, found.resolved_at) == (HandOffState.RESOLVED, "all well", TUESDAY)
    assert house.says("hello").outcome == "answered"


def test_a_case_that_nobody_held_is_closed_without_a_word(house: House) -> None:
    case = opened(house)
    resolve(house, case)
    house.deliver()
    assert house.texts() == []


def test_a_case_is_resolved_by_a_colleague_too(house: House) -> None:
    case = opened(house)
    claim(house, case)
    resolve(house, case, email=JONAS)
    assert entries(house)[-1] == ("event", "Jonas", "Jonas resolved the case.")


def test_a_strangers_case_is_closed_without_a_word(house: House) -> None:
    case = opened(house, member=None, address=CHI)
    claim(house, case)
    resolve(house, case)
    assert house.outbox() == []


def silent(house: House) -> int:
    """Ana answered neither question, and her case is open."""
    for _ in range(2):
        house.settle()
        house.clock.push(2 * DAY)
    house.settle()
    return house.cases()[0].id


def test_after_a_case_the_step_is_asked_again_some_days_later(house: House) -> None:
    case = silent(house)
    claim(house, case)
    resolve(house, case)
    check_in = house.check_in()
    assert (check_in.step, check_in.round, check_in.rung) == ("form", 2, 0)
    assert check_in.next_touch_at == house.clock.now() + 3 * DAY


def test_a_step_that_the_person_saw_done_is_done_and_the_next_one_is_told(house: House) -> None:
    case = silent(house)
    claim(house, case)
    resolve(house, case, "did it on the phone", step_done=True)
    house.deliver()
    assert house.texts()[-1] == "Compass is back, Ana. How to do your hello: https://example.org"
    form = house.rows(StepProgress)[0]
    assert (form.state, form.source, form.evidence) == (StepState.DONE, "staff:Maria", "did it on the phone")
    assert house.check_in().step == "hello"


def test_a_question_that_is_still_climbing_goes_on_after_the_case(house: House) -> None:
    house.settle()
    case = opened(house)
    claim(house, case)
    resolve(house, case)
    assert len(house.rows(CheckIn)) == 1
    house.clock.push(2 * DAY)
    house.settle()
    assert house.texts()[-1] == "Maria: Is your form done?"


def test_yes_after_the_case_does_not_answer_what_was_asked_before_it(house: House) -> None:
    house.settle()
    case = opened(house)
    assert house.conversation().question is Question.CHECK_IN
    resolve(house, case)
    assert house.conversation().question is Question.NONE


def test_the_log_tells_who_did_what(house: House) -> None:
    case = opened(house)
    claim(house, case)
    reply(house, case, "I can help.")
    resolve(house, case)
    told = house.rows(AuditEntry, AuditEntry.action.like("hand_off.%"))
    assert [(entry.actor, entry.action) for entry in told] == [
        ("bot", "hand_off.opened"),
        (MARIA, "hand_off.claimed"),
        (MARIA, "hand_off.reply"),
        (MARIA, "hand_off.resolved"),
    ]


def test_each_change_brings_the_card_up_to_date(house: House) -> None:
    case = opened(house)
    claim(house, case)
    resolve(house, case)
    assert house.get(HandOff, case).card_edition == cards(house) == 3


def test_two_colleagues_who_claim_at_once_are_told_apart(db: Database) -> None:
    """The second waits for the first one's transaction, and then is refused."""
    house = House(db)
    house.bring("Ana")
    case = opened(house)
    maria, jonas = house.act(case), house.act(case, JONAS)
    outcomes = []

    def attempt(act: Act) -> str:
        try:
            with db.begin() as session:
                acts.claim(session, act)
        except Refused:
            return "refused"
        return "claimed"

    import threading

    threads = [threading.Thread(target=lambda act=act: outcomes.append(attempt(act))) for act in (maria, jonas)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["claimed", "refused"]


def test_a_member_who_left_has_cases_too(house: House) -> None:
    house.change(Member, 1, lambda ana: setattr(ana, "status", "left"))
    case = opened(house)
    claim(house, case)
    resolve(house, case)
    assert house.get(HandOff, case).state is HandOffState.RESOLVED


# Cases that go on, and cases of those who can't be written to


def test_a_new_need_ends_a_snooze(house: House) -> None:
    case = opened(house)
    with house.db.begin() as session:
        acts.snooze(session, house.act(case), TUESDAY + 30 * DAY, house.programme)
    house.settle()
    house.clock.push(DAY)
    assert opened(house) == case
    row = house.get(HandOff, case)
    assert (row.snoozed_until, row.look_at) == (TUESDAY + DAY, TUESDAY + DAY)


@pytest.mark.parametrize(("channel", "told"), [("none", 0), ("voice", 0), ("sms", 1)])
def test_only_who_can_be_written_to_is_told_that_the_assistant_is_back(house: House, channel: str, told: int) -> None:
    case = opened(house, channel=channel)
    claim(house, case)
    resolve(house, case)
    assert len(house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:back_to_bot")) == told


def test_who_takes_a_case_that_was_not_given_to_them_follows_its_thread(house: House) -> None:
    with house.db.begin() as session:
        people.meet(session, email=MARIA, name="Maria", slack_user="U0MARIA")
    case = opened(house)
    claim(house, case)
    claim(house, case)
    told = house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:event")
    assert [(row.body["text"], row.body["mention"]) for row in told] == [("Maria has this case.", "U0MARIA")]


def test_who_was_given_the_case_was_mentioned_already(house: House) -> None:
    with house.db.begin() as session:
        people.meet(session, email=MARIA, name="Maria", slack_user="U0MARIA")
    case = opened(house)
    maria = house.act(case).staff
    house.change(HandOff, case, lambda row: setattr(row, "assignee_id", maria.id))
    claim(house, case)
    assert house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:event") == []


@pytest.mark.parametrize(("quoted", "mentioned"), [(False, ["U0MARIA"]), (True, [])])
def test_who_takes_a_case_by_a_reply_follows_its_thread_unless_they_wrote_in_it(
    house: House, quoted: bool, mentioned: list[str]
) -> None:
    with house.db.begin() as session:
        people.meet(session, email=MARIA, name="Maria", slack_user="U0MARIA")
    case = opened(house)
    with house.db.begin() as session:
        acts.reply(session, house.act(case), "Hello", quoted=quoted)
    told = house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:event")
    assert [row.body["mention"] for row in told] == mentioned


def test_who_takes_a_colleagues_case_over_follows_its_thread(house: House) -> None:
    with house.db.begin() as session:
        people.meet(session, email=JONAS, name="Jonas", slack_user="U0JONAS")
    case = opened(house)
    claim(house, case)
    jonas = house.act(case, JONAS)
    with house.db.begin() as session:
        acts.assign(session, jonas, people.colleague(session, JONAS))
    [told] = house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:event")
    assert (told.body["mention"], told.body["text"]) == ("U0JONAS", "Jonas took the case over.")
