"""What has had its time goes, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.errors import Refused
from bot.housekeeping import batch
from bot.housekeeping.keeping import Kind, read_keeping
from bot.housekeeping.passes import PASSES
from bot.housekeeping.tidy import tidy
from bot.intake.receive import Incoming, accept
from bot.model import (
    Absence,
    AuditEntry,
    AuditFinding,
    Bookmark,
    Call,
    CallState,
    CaseEntry,
    CheckInState,
    ConsoleSession,
    EntryKind,
    HandOffState,
    InboxMessage,
    InboxState,
    LinkPurpose,
    LinkToken,
    MemberEvent,
    OutboxMessage,
    OutboxState,
    Receipt,
    RoundState,
    RunState,
    SignInLink,
    SurveyAnswer,
    SurveyRound,
    Touch,
    TurnAction,
)
from bot.outbox.again import send_again
from tests.support import cast
from tests.unit.housekeeping.past import Past

YEAR, TWO, THREE, FIVE = 370, 740, 1100, 1830


def test_words_are_emptied_after_a_year_and_the_facts_stay(past: Past) -> None:
    heard, said = past.heard(YEAR, body={"accepted_wall": "x", "event": "choice", "media": 1}), past.said(YEAR)
    assert past.removed(Kind.CONTENTS) == 2
    there = past.house.get(InboxMessage, heard.id)
    assert (there.text, there.body) == ("", {"accepted_wall": "x", "event": "choice", "emptied": True})
    assert (there.intent, there.outcome, there.address) == (heard.intent, heard.outcome, heard.address)
    sent = past.house.get(OutboxMessage, said.id)
    assert sent.body == {"kind": "words", "emptied": True}
    assert (sent.rule, sent.provider_id, sent.state) == (said.rule, said.provider_id, said.state)


def test_words_of_less_than_a_year_stay(past: Past) -> None:
    heard, said = past.heard(360), past.said(360)
    assert past.run().total == 0
    assert past.house.get(InboxMessage, heard.id).text == heard.text
    assert past.house.get(OutboxMessage, said.id).body == said.body


def test_a_second_run_changes_nothing(past: Past) -> None:
    past.heard(YEAR)
    past.said(TWO)
    past.asked(TWO)
    assert past.run().total > 0
    assert past.run().total == 0


def test_what_has_no_outcome_stays_however_old_it_is(past: Past) -> None:
    heard = past.heard(FIVE, state=InboxState.PENDING)
    waits, sending = past.said(FIVE, state=OutboxState.PENDING), past.said(FIVE, state=OutboxState.SENDING)
    past.run()
    assert past.house.get(InboxMessage, heard.id).text == heard.text
    assert [past.house.get(OutboxMessage, row.id).body for row in (waits, sending)] == [waits.body, sending.body]


def test_a_message_stays_while_an_answer_to_it_waits(past: Past) -> None:
    heard = past.heard(TWO)
    past.said(TWO, reply_to_id=heard.id, state=OutboxState.PENDING)
    past.run()
    assert past.left(heard)


def test_messages_go_after_two_years_with_their_receipts_and_calls(past: Past) -> None:
    heard, said = past.heard(TWO), past.said(TWO, channel="voice")
    answer = past.said(TWO, reply_to_id=heard.id)
    receipt = past.add(Receipt(dedupe="r1", outbox_id=said.id, provider_id="x", status="delivered", at=past.ago(10)))
    call = past.add(
        Call(key="k", outbox_id=said.id, state=CallState.OVER, created_at=past.ago(TWO), changed_at=past.ago(TWO))
    )
    assert past.removed(Kind.MESSAGES) == 3
    assert not any(past.left(row) for row in (heard, said, answer, receipt, call))


def test_a_message_whose_call_is_not_over_stays(past: Past) -> None:
    said = past.said(TWO, channel="voice")
    past.add(Call(key="k", outbox_id=said.id, created_at=past.ago(TWO), changed_at=past.ago(TWO)))
    past.run()
    assert past.left(said)


def test_an_answer_outlives_the_message_that_it_answers(past: Past) -> None:
    heard = past.heard(TWO)
    answer = past.said(10, reply_to_id=heard.id)
    past.run()
    assert not past.left(heard)
    assert past.house.get(OutboxMessage, answer.id).reply_to_id is None


def test_an_open_case_spares_what_was_said_and_shown(past: Past) -> None:
    case = past.case(YEAR, HandOffState.CLAIMED)
    heard, said = past.heard(YEAR), past.said(YEAR)
    card = past.said(TWO, hand_off_id=case.id, channel="staff", member_id=None, body={"kind": "card"})
    past.run()
    assert past.house.get(InboxMessage, heard.id).text == heard.text
    assert past.house.get(OutboxMessage, said.id).body == said.body
    assert past.left(card)
    assert past.left(case)


def test_the_open_case_of_a_stranger_spares_what_they_wrote(past: Past) -> None:
    past.case(YEAR, HandOffState.OPEN, member_id=None, subject="sms:+15550100", address="+15550100")
    heard = past.heard(YEAR, member_id=None, address="+15550100")
    past.run()
    assert past.house.get(InboxMessage, heard.id).text == heard.text


def test_what_was_spared_is_found_when_a_week_has_passed(past: Past) -> None:
    case = past.case(YEAR, HandOffState.CLAIMED)
    heard = past.heard(YEAR)
    past.said(YEAR)
    past.run()
    past.house.change(type(case), case.id, lambda row: setattr(row, "state", HandOffState.RESOLVED))
    assert past.removed(Kind.CONTENTS) == 0
    past.house.clock.pass_real(timedelta(days=7))
    assert past.removed(Kind.CONTENTS) == 2
    assert past.house.get(InboxMessage, heard.id).text == ""


def test_a_round_goes_on_where_the_last_run_stopped(past: Past) -> None:
    past.heard(YEAR)
    past.run()
    [place] = [mark.place for mark in past.house.rows(Bookmark) if mark.name == "tidy:contents:inbox_message"]
    young = past.heard(364)
    past.run()
    past.house.clock.pass_real(timedelta(days=2))
    assert int(place or 0) == young.id - 1
    assert past.removed(Kind.CONTENTS) == 1


def test_a_question_goes_with_its_touches_when_its_journey_is_over(past: Past) -> None:
    check_in = past.asked(TWO)
    touch = past.touch_of(check_in)
    message = past.said(300, touch_id=touch.id)
    assert past.removed(Kind.CHECK_INS) == 1
    assert not past.left(check_in)
    assert not past.left(touch)
    assert past.house.get(OutboxMessage, message.id).touch_id is None


@pytest.mark.parametrize("state", [CheckInState.OPEN, CheckInState.SCHEDULED])
def test_a_question_that_is_live_stays_with_what_was_said_about_it(past: Past, state: CheckInState) -> None:
    check_in = past.asked(FIVE, state=state, closed_at=None)
    message = past.said(FIVE, touch_id=past.touch_of(check_in).id)
    past.run()
    assert past.left(check_in)
    assert past.house.get(OutboxMessage, message.id).body == message.body


def test_a_question_of_a_journey_under_way_stays(past: Past) -> None:
    check_in = past.asked(TWO, RunState.ACTIVE)
    past.run()
    assert past.left(check_in)


def test_a_question_that_something_live_refers_to_stays(past: Past) -> None:
    of_case, of_survey, partner, sent = (past.asked(TWO) for _ in range(4))
    past.case(10, HandOffState.OPEN, check_in_id=of_case.id)
    past.add(
        SurveyRound(
            member_id=past.member_id, survey="nps", occasion="x", due_at=past.ago(TWO), state=RoundState.ASKED,
            check_in_id=of_survey.id,
        )
    )  # fmt: skip
    past.asked(10, state=CheckInState.OPEN, closed_at=None, bundled_with_id=partner.id)
    past.said(TWO, touch_id=past.touch_of(sent).id, state=OutboxState.SENDING)
    past.run()
    assert all(past.left(row) for row in (of_case, of_survey, partner, sent))


def test_a_case_goes_three_years_after_it_was_resolved(past: Past) -> None:
    old = past.case(THREE)
    late = past.case(THREE, resolved_at=past.ago(5))
    entry = past.add(CaseEntry(hand_off_id=old.id, kind=EntryKind.NOTE, author="Maria", text="x", at=past.ago(THREE)))
    assert past.removed(Kind.CASES) == 1
    assert not past.left(old)
    assert not past.left(entry)
    assert past.left(late)


def test_what_a_turn_answered_goes_a_week_after_it_was_dealt_with(past: Past) -> None:
    done, waits = past.heard(8), past.heard(8, state=InboxState.PENDING, handled_at=None)
    for row in (done, waits):
        for action in ("action_affirm", "action_deny"):
            past.add_action(row, action)
    assert past.removed(Kind.TURNS) == 1
    assert {row.inbox_id for row in past.house.rows(TurnAction)} == {waits.id}


def test_receipts_go_and_what_they_told_stays(past: Past) -> None:
    said = past.said(100)
    old = past.add(Receipt(dedupe="a", outbox_id=said.id, provider_id="x", status="delivered", at=past.ago(100)))
    new = past.add(Receipt(dedupe="b", outbox_id=said.id, provider_id="x", status="read", at=past.ago(10)))
    assert past.removed(Kind.RECEIPTS) == 1
    assert (past.left(old), past.left(new)) == (False, True)
    assert past.house.get(OutboxMessage, said.id).state is OutboxState.DELIVERED


def test_codes_go_half_a_year_after_they_ran_out(past: Past) -> None:
    values = {"purpose": LinkPurpose.LINK, "channel": "telegram", "created_at": past.ago(190)}
    old = past.add(LinkToken(digest="a", expires_at=past.ago(189), **values))
    live = past.add(LinkToken(digest="b", expires_at=past.ago(-1), **values))
    assert past.removed(Kind.CODES) == 1
    assert (past.left(old), past.left(live)) == (False, True)


def test_links_and_sessions_of_the_console_go_after_a_quarter(past: Past) -> None:
    with past.house.db.begin() as session:
        maria = cast.colleague(session).id

    def session_of(days: float) -> ConsoleSession:
        seen = {"created_at": past.ago(days + 0.5), "seen_at": past.ago(days), "expires_at": past.ago(days)}
        return past.add(ConsoleSession(digest=f"s{days}", staff_id=maria, way="link", **seen))

    def link(days: float) -> SignInLink:
        times = {"created_at": past.ago(days), "expires_at": past.ago(days)}
        return past.add(SignInLink(digest=f"l{days}", staff_id=maria, **times))

    old, live = (session_of(91), link(91)), (session_of(80), link(80))
    assert past.removed(Kind.SIGN_INS) == 2
    assert ([past.left(one) for one in old], [past.left(one) for one in live]) == ([False] * 2, [True] * 2)


def test_events_go_sooner_when_nobody_is_known_by_that_name(past: Past) -> None:
    def event(days: float, member_id: int | None) -> MemberEvent:
        return past.add(
            MemberEvent(
                dedupe=f"e{days}{member_id}", member_id=member_id, named="email:x@example.org", name="signed_in",
                properties={"page": "x"}, source="api:crm", at=past.ago(days), received_at=past.ago(days),
                outcome="recorded",
            )
        )  # fmt: skip

    strange, young = event(190, None), event(10, None)
    known, old = event(190, past.member_id), event(TWO, past.member_id)
    report = past.run()
    assert (report.removed[Kind.STRANGE_EVENTS], report.removed[Kind.EVENTS]) == (1, 1)
    assert [past.left(row) for row in (strange, young, known, old)] == [False, True, True, False]


def test_the_log_of_memberships_stays_when_the_rest_goes(past: Past) -> None:
    gone = past.add(AuditEntry(at=past.ago(THREE), actor="bot", action="touch.queued", details={}))
    kept = past.add(AuditEntry(at=past.ago(THREE), actor="bot", action="membership.renewed", details={}))
    assert past.removed(Kind.AUDIT) == 1
    assert (past.left(gone), past.left(kept)) == (False, True)


def test_findings_and_absences_go_when_they_are_long_over(past: Past) -> None:
    finding = past.add(
        AuditFinding(
            kind="doubled_reply",
            subject="inbox:1",
            summary="x",
            first_seen_at=past.ago(200),
            last_seen_at=past.ago(190),
        )
    )
    absence = past.add(
        Absence(member_id=past.member_id, starts_at=past.ago(400), ends_at=past.ago(390), source="member")
    )
    present = past.add(
        Absence(member_id=past.member_id, starts_at=past.ago(400), ends_at=past.ago(-3), source="member")
    )
    assert past.run().total == 2
    assert [past.left(row) for row in (finding, absence, present)] == [False, False, True]


def test_words_of_surveys_go_before_their_scores(past: Past) -> None:
    def answer(days: float, kind: str, number: int | None = None, text: str | None = None) -> SurveyAnswer:
        return past.add(
            SurveyAnswer(
                member_id=past.member_id, survey="nps", question="why", kind=kind, number=number, text=text,
                at=past.ago(days),
            )
        )  # fmt: skip

    words, choice, score = answer(TWO, "text", text="I moved"), answer(TWO, "single", 1, "Mail"), answer(TWO, "nps", 9)
    old = answer(FIVE, "nps", 3)
    report = past.run()
    assert (report.removed[Kind.SURVEY_WORDS], report.removed[Kind.SURVEYS]) == (1, 1)
    assert past.house.get(SurveyAnswer, words.id).text is None
    assert past.house.get(SurveyAnswer, choice.id).text == "Mail"
    assert past.left(score)
    assert not past.left(old)


def test_a_survey_goes_when_it_was_over_for_five_years(past: Past) -> None:
    def one(occasion: str, state: RoundState) -> SurveyRound:
        return past.add(
            SurveyRound(
                member_id=past.member_id, survey="nps", occasion=occasion, due_at=past.ago(FIVE), state=state,
                finished_at=past.ago(FIVE),
            )
        )  # fmt: skip

    over, asked = one("a", RoundState.ANSWERED), one("b", RoundState.ASKED)
    assert past.removed(Kind.SURVEYS) == 1
    assert (past.left(over), past.left(asked)) == (False, True)


def test_a_message_that_was_emptied_is_still_not_taken_twice(past: Past) -> None:
    heard = past.heard(YEAR)
    past.run()
    with past.house.db.begin() as session:
        again = Incoming(heard.channel, heard.address, "I am unwell", heard.dedupe)
        assert accept(session, again, now=past.times().now, wall=past.times().wall) is None


def test_a_message_without_its_words_is_not_sent_again(past: Past) -> None:
    said = past.said(YEAR, state=OutboxState.DEAD)
    past.run()
    with past.house.db.begin() as session, pytest.raises(Refused, match="so old that its words were not kept"):
        send_again(session, session.get_one(OutboxMessage, said.id), past.times())


def test_a_class_that_is_kept_for_ever_is_left(past: Past) -> None:
    said = past.said(FIVE)
    past.run(messages="0d", contents="0d")
    assert past.house.get(OutboxMessage, said.id).body == said.body


def test_a_calendar_that_was_pushed_ages_nothing(past: Past) -> None:
    heard = past.heard(1)
    past.house.clock.push(timedelta(days=4000))
    past.run()
    assert past.house.get(InboxMessage, heard.id).text == heard.text


def test_a_run_ends_at_its_limit_and_the_next_goes_on(past: Past) -> None:
    for _ in range(batch.LOOKED_AT + 5):
        past.said(YEAR)
    first = past.run(most=batch.LOOKED_AT)
    assert (first.removed[Kind.CONTENTS], first.unfinished) == (batch.LOOKED_AT, 1)
    second = past.run(most=batch.LOOKED_AT)
    assert (second.removed[Kind.CONTENTS], second.unfinished) == (5, 0)


def test_the_tick_says_how_much_it_removed(past: Past) -> None:
    past.said(YEAR)
    assert tidy(past.house.db, read_keeping({}), past.house.clock) == 1


def test_what_failed_does_not_keep_the_rest_from_being_tidied(past: Past) -> None:
    past.heard(YEAR)
    past.add(AuditEntry(at=past.ago(THREE), actor="bot", action="x", details={}))
    past.house.change(
        Bookmark, past.mark("tidy:contents:inbox_message"), lambda row: setattr(row, "place", "no number")
    )
    with pytest.raises(ValueError, match="no number"):
        past.run()
    assert past.house.rows(AuditEntry, AuditEntry.action == "x") == []


def test_no_touch_of_a_live_question_is_lost_whatever_the_ages(past: Past) -> None:
    past.house.settle()
    before = len(past.house.rows(Touch))
    past.house.clock.pass_real(timedelta(days=4000))
    past.run()
    assert len(past.house.rows(Touch)) == before > 0


def test_every_pass_finds_its_next_rows_by_an_index(past: Past) -> None:
    """No statement of a run may read a whole table: that is what the bookmarks are for."""
    if past.house.db.is_sqlite:
        pytest.skip("PostgreSQL says how it finds rows")
    with past.house.db.begin() as session:
        session.execute(sa.text("set local enable_seqscan = off"))
        for one in PASSES:
            stretch = sa.select(one.id, one.born).where(one.id > 0).order_by(one.id).limit(10)
            text = str(stretch.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
            plan = "\n".join(session.scalars(sa.text(f"explain {text}")))
            assert "Index" in plan, (one.name, plan)
            assert "Sort" not in plan, (one.name, plan)
