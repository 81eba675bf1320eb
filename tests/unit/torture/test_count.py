"""Each count of the torture test finds what it is there for, and nothing in a run that went well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.torture.count import COUNTS, after_answer, count
from benchmarks.torture.records import Arrived, Asked, Consent, Effect, Kept, Records, Sending, Touched, Written

AT = datetime(2026, 12, 1, 16, tzinfo=UTC)
ANA = "+14155550123"


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def wrote(key: str, first: int, accepted: int | None, kind: str = "question") -> Written:
    at = after(accepted) if accepted is not None else None
    return Written(key, "telegram", ANA, kind, ("200",), first, accepted, at)


def kept(number: int, key: str, outcome: str | None = "answered", state: str = "done") -> Kept:
    return Kept(number, key, "telegram", ANA, 1, state, outcome, after(number * 10 + 5))


def sent(number: int, reply_to: int | None = None, touch: int | None = None, **more: object) -> Sending:
    row = Sending(number, "telegram", ANA, "touch" if touch else "reply", "rule", "sent", reply_to, touch,
                  f"t:{number}", after(number * 10 + 6))  # fmt: skip
    return replace(row, **more)  # type: ignore[arg-type]


def took(seq: int, number: int, seconds: float | None = None) -> Arrived:
    return Arrived(seq, after(number * 10 + 7 if seconds is None else seconds), "telegram", ANA, f"t:{number}")


def well() -> Records:
    """Two messages that were answered in order, the second of which answered a question that had been asked before."""
    return Records(
        written=[wrote("a", 10, 11), wrote("b", 20, 21)],
        kept=[kept(1, "a"), kept(2, "b")],
        sendings=[sent(0, touch=1), sent(1, reply_to=1), sent(2, reply_to=2)],
        arrived=[took(5, 0), took(15, 1), took(25, 2)],
        touches=[Touched(1, 1, 1, "telegram", "sent")],
        asked=[Asked(1, 1, "answered", "done", after(24))],
        effects=[Effect("step", 1, AT), Effect("action", 1, AT, 2)],
    )


def found(records: Records, name: str) -> list[str]:
    """What this count finds, and no other."""
    findings = count(records)
    assert {other for other, those in findings.items() if those} <= {name}
    return [f"{one.subject} {one.words}" for one in findings[name]]


def test_a_run_that_went_well_has_nothing_to_be_found() -> None:
    assert not any(count(well()).values())
    assert set(count(well())) == set(COUNTS)


def test_an_accepted_message_that_is_not_in_the_inbox_is_lost() -> None:
    records = replace(well(), written=[*well().written, wrote("c", 30, 31)])
    assert found(records, "lost") == ["c was accepted, and is not in the inbox"]


def test_a_message_that_was_refused_is_not_lost() -> None:
    records = replace(well(), written=[*well().written, wrote("c", 30, None)])
    assert not any(count(records).values())


@pytest.mark.parametrize(
    ("outcome", "state", "is_lost"),
    [("answered", "done", True), ("silence:opted_out", "done", False), ("fault", "dead", True), (None, "done", True)],
)
def test_a_message_without_an_answer_is_lost_unless_its_outcome_wants_none(
    outcome: str | None, state: str, is_lost: bool
) -> None:
    records = replace(well(), written=[*well().written, wrote("c", 30, 31)])
    records = replace(records, kept=[*well().kept, kept(3, "c", outcome, state)])
    assert bool(found(records, "lost")) is is_lost


def test_an_answer_that_the_provider_never_got_is_lost() -> None:
    records = replace(well(), arrived=[took(5, 0), took(15, 1)])
    assert found(records, "lost") == ["outbox 2 is sent, and the provider never got it"]


def test_an_answer_that_was_given_up_is_lost() -> None:
    given_up = sent(2, reply_to=2, state="dead", provider_id=None, error="HTTP 500")
    records = replace(well(), sendings=[*well().sendings[:2], given_up], arrived=[took(5, 0), took(15, 1)])
    assert found(records, "lost") == ["outbox 2 was given up: HTTP 500"]


def test_a_second_answer_to_one_message_is_doubled() -> None:
    records = replace(well(), sendings=[*well().sendings, sent(3, reply_to=2)], arrived=[*well().arrived, took(35, 3)])
    assert found(records, "doubled") == ["message 2 was answered or made 2 times"]


def test_a_message_that_no_row_is_known_by_is_doubled() -> None:
    records = replace(well(), arrived=[*well().arrived, took(35, 9)])
    assert found(records, "doubled") == ["telegram t:9 arrived, and no row is known by it: "]


def test_an_unknown_send_explains_one_arrival_and_not_two() -> None:
    unknown = sent(3, touch=2, state="unknown", provider_id=None, tried_at=after(40))
    touches = [*well().touches, Touched(2, 2, 1, "telegram", "unknown")]
    once = replace(
        well(), sendings=[*well().sendings, unknown], touches=touches, arrived=[*well().arrived, took(40, 9, 41)]
    )
    assert not any(count(once).values())
    assert once.joined.found == {3}
    twice = replace(once, arrived=[*once.arrived, took(41, 8, 42)], _joined=None)
    assert len(found(twice, "doubled")) == 1


def test_an_unknown_send_explains_nothing_that_came_much_later() -> None:
    unknown = sent(3, touch=2, state="unknown", provider_id=None, tried_at=after(40))
    records = replace(well(), sendings=[*well().sendings, unknown], arrived=[*well().arrived, took(40, 9, 140)])
    assert len(found(records, "doubled")) == 1


def test_a_step_that_moved_on_without_a_recorded_action_is_doubled() -> None:
    records = replace(well(), effects=[*well().effects, Effect("step", 1, after(1))])
    assert len(found(records, "doubled")) == 1


def test_two_actions_of_one_message_are_doubled() -> None:
    records = replace(well(), effects=[*well().effects, Effect("action", 1, after(1), 2)])
    assert found(records, "doubled") == ["inbox 2 had 2 actions"]


def test_a_consent_that_was_withdrawn_twice_is_doubled() -> None:
    twice = [Consent("sms", "+1", "withdrawn", AT), Consent("sms", "+1", "withdrawn", after(9))]
    assert len(found(replace(well(), consents=twice), "doubled")) == 1
    between = [twice[0], Consent("sms", "+1", "granted", after(5)), twice[1]]
    assert not any(count(replace(well(), consents=between)).values())


def test_a_later_message_that_is_answered_first_is_out_of_order() -> None:
    records = replace(well(), arrived=[took(5, 0), took(15, 2, 17), took(25, 1, 27)])
    assert found(records, "out_of_order") == ["a was answered after b, which came later"]


def test_two_messages_of_which_the_second_was_told_before_the_first_was_accepted_have_no_order() -> None:
    written = [wrote("a", 10, 22), wrote("b", 20, 21)]
    records = replace(well(), written=written, arrived=[took(5, 0), took(15, 2, 17), took(25, 1, 27)])
    assert not found(records, "out_of_order")


def test_whatever_leaves_after_a_stop_is_forbidden_but_its_confirmation() -> None:
    stop, consents = kept(3, "c", "keyword:STOP"), [Consent("telegram", ANA, "withdrawn", after(35))]
    records = replace(
        well(), written=[*well().written, wrote("c", 30, 31, "stop")], kept=[*well().kept, stop], consents=consents
    )
    notice = sent(3, reply_to=3, purpose="notice")
    confirmed = replace(records, sendings=[*well().sendings, notice], arrived=[*well().arrived, took(40, 3)])
    assert not any(count(confirmed).values())
    more = replace(
        confirmed, sendings=[*confirmed.sendings, sent(4, reply_to=2)], arrived=[*confirmed.arrived, took(50, 4)],
        kept=[kept(1, "a"), kept(2, "b", "silence:x"), stop], _joined=None,
    )  # fmt: skip
    assert [one.subject for one in count(more)["forbidden"]] == ["outbox 4"]


def test_a_stop_that_was_taken_for_something_else_is_forbidden() -> None:
    written = [wrote("a", 10, 11, "stop"), wrote("b", 20, 21)]
    assert found(replace(well(), written=written), "forbidden") == ["a said STOP, and that came to answered"]


def test_what_the_auditor_finds_is_forbidden() -> None:
    assert found(replace(well(), audit=["forbidden_hours touch:1"]), "forbidden") == ["auditor forbidden_hours touch:1"]


def test_a_touch_that_left_after_the_answer_is_found_and_one_in_flight_is_counted() -> None:
    late = sent(3, touch=2, tried_at=after(22))
    touches = [*well().touches, Touched(2, 1, 1, "telegram", "sent")]
    records = replace(
        well(), sendings=[*well().sendings, late], touches=touches, arrived=[*well().arrived, took(26, 3, 23)]
    )
    assert len(found(records, "after_answer")) == 1
    assert after_answer(records).in_flight == 0
    begun = replace(records, sendings=[*well().sendings, replace(late, tried_at=after(20.5))], _joined=None)
    assert not any(count(begun).values())
    assert after_answer(begun).in_flight == 1


def test_no_touch_is_in_flight_for_longer_than_a_call_lasts() -> None:
    late = sent(3, touch=2, tried_at=after(20.5))
    touches = [*well().touches, Touched(2, 1, 1, "telegram", "sent")]
    records = replace(
        well(), sendings=[*well().sendings, late], touches=touches, arrived=[*well().arrived, took(26, 3, 80)]
    )
    assert len(found(records, "after_answer")) == 1


def test_whatever_still_waits_is_stuck() -> None:
    assert found(replace(well(), waiting=["lanes 2"]), "stuck") == ["waiting lanes 2"]
    pending = replace(well(), kept=[*well().kept, kept(3, "c", None, "pending")])
    assert found(pending, "stuck") == ["c is pending"]
    queued = replace(well(), touches=[*well().touches, Touched(2, 1, 1, "telegram", "queued")])
    assert found(queued, "stuck") == ["touch 2 is queued"]


def test_a_touch_whose_state_does_not_fit_what_arrived_is_untimely() -> None:
    never = replace(well(), touches=[*well().touches, Touched(2, 1, 1, "telegram", "sent")])
    assert found(never, "untimely") == ["touch 2 is said to be sent, and never arrived"]
    held = replace(well(), touches=[Touched(1, 1, 1, "telegram", "held", "away")])
    assert found(held, "untimely") == ["touch 1 is held (away), and arrived"]


def test_a_process_that_ended_by_itself_is_found() -> None:
    assert found(replace(well(), odd=["worker-1 ended by itself with exit code 1"]), "ended_oddly")
