"""What the auditor looks for, in the words of staff. docs/auditor.md has a row for each."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What is wrong; the first word names the family."""

    MISSED_CHECK_IN = "missed_check_in"
    MISSED_TOUCH = "missed_touch"
    MISSED_CASE = "missed_case"
    MISSED_ANSWER = "missed_answer"
    MISSED_DELIVERY = "missed_delivery"
    MISSED_ENTRY = "missed_entry"
    MISSED_END = "missed_end"
    MISSED_SURVEY = "missed_survey"
    MISSED_REMINDER = "missed_reminder"
    NO_NEXT_STEP_CHECK_IN = "no_next_step_check_in"
    NO_NEXT_STEP_JOURNEY = "no_next_step_journey"
    NO_NEXT_STEP_HOLD = "no_next_step_hold"
    NO_NEXT_STEP_CASE = "no_next_step_case"
    DOUBLED_DELIVERY = "doubled_delivery"
    DOUBLED_TOUCH = "doubled_touch"
    DOUBLED_REPLY = "doubled_reply"
    DOUBLED_QUESTION = "doubled_question"
    FORBIDDEN_HOURS = "forbidden_hours"
    FORBIDDEN_HOLIDAY = "forbidden_holiday"
    FORBIDDEN_CONSENT = "forbidden_consent"
    FORBIDDEN_CLASS = "forbidden_class"
    FORBIDDEN_ABSENCE = "forbidden_absence"
    FORBIDDEN_CAP = "forbidden_cap"
    FORBIDDEN_LEFT = "forbidden_left"
    FORBIDDEN_CASE = "forbidden_case"
    FORBIDDEN_ANSWERED = "forbidden_answered"
    FORBIDDEN_RUNG = "forbidden_rung"


TITLES = {
    Kind.MISSED_CHECK_IN: "A question is overdue",
    Kind.MISSED_TOUCH: "A question is on its way, but there is no message",
    Kind.MISSED_CASE: "Handed to a person, but there is no case",
    Kind.MISSED_ANSWER: "A message has not been answered",
    Kind.MISSED_DELIVERY: "A message has not left",
    Kind.MISSED_ENTRY: "A journey has not begun",
    Kind.MISSED_END: "A journey has not ended",
    Kind.MISSED_SURVEY: "A survey has not been looked at",
    Kind.MISSED_REMINDER: "A case has not been looked at",
    Kind.NO_NEXT_STEP_CHECK_IN: "An open question that nobody will look at",
    Kind.NO_NEXT_STEP_JOURNEY: "A journey without a next question",
    Kind.NO_NEXT_STEP_HOLD: "A message that waits for ever",
    Kind.NO_NEXT_STEP_CASE: "A case that nobody will be reminded of again",
    Kind.DOUBLED_DELIVERY: "One question was sent more than once",
    Kind.DOUBLED_TOUCH: "Two questions within a minute",
    Kind.DOUBLED_REPLY: "One answer was sent more than once",
    Kind.DOUBLED_QUESTION: "Two open questions in one journey",
    Kind.FORBIDDEN_HOURS: "Sent outside of the hours of contact",
    Kind.FORBIDDEN_HOLIDAY: "Sent on a public holiday",
    Kind.FORBIDDEN_CONSENT: "Sent without consent",
    Kind.FORBIDDEN_CLASS: "Sent although such messages were declined",
    Kind.FORBIDDEN_ABSENCE: "Sent during an absence",
    Kind.FORBIDDEN_CAP: "Sent over the cap",
    Kind.FORBIDDEN_LEFT: "Sent to somebody who had left",
    Kind.FORBIDDEN_CASE: "Sent while a case was open",
    Kind.FORBIDDEN_ANSWERED: "Sent after the question was over",
    Kind.FORBIDDEN_RUNG: "Sent out of its turn",
}

LOOK_AT_WORK = "See that msb serve runs and that none of its ticks fails."
REMEDIES = {
    Kind.MISSED_CHECK_IN: LOOK_AT_WORK + " Outreach also pauses while the outbox is over its limit.",
    Kind.MISSED_TOUCH: "Report it as a fault; the next rung comes in its time.",
    Kind.MISSED_CASE: "Look after the member yourself, and report it as a fault.",
    Kind.MISSED_ANSWER: "Answer the member yourself, and see that the dialogue engine works.",
    Kind.MISSED_DELIVERY: "See whether the provider has trouble: msb outbox list, msb channels check.",
    Kind.MISSED_ENTRY: LOOK_AT_WORK,
    Kind.MISSED_END: LOOK_AT_WORK,
    Kind.MISSED_SURVEY: LOOK_AT_WORK,
    Kind.MISSED_REMINDER: LOOK_AT_WORK,
    Kind.NO_NEXT_STEP_CHECK_IN: "Note how far the member is, or take them on; report it as a fault.",
    Kind.NO_NEXT_STEP_JOURNEY: "Note how far the member is, or take them on; report it as a fault.",
    Kind.NO_NEXT_STEP_HOLD: "Report it as a fault; the question itself goes on.",
    Kind.NO_NEXT_STEP_CASE: "Claim, snooze or resolve it: everybody on its ladder was reminded, and nobody acted.",
    Kind.DOUBLED_DELIVERY: "Say sorry if the member minds; report it as a fault.",
    Kind.DOUBLED_TOUCH: "Say sorry if the member minds; report it as a fault.",
    Kind.DOUBLED_REPLY: "Say sorry if the member minds; report it as a fault.",
    Kind.DOUBLED_QUESTION: "Report it as a fault before both are sent.",
    Kind.FORBIDDEN_HOURS: "See that the member's time zone is right; if it is, report it as a fault.",
    Kind.FORBIDDEN_HOLIDAY: "See that the member's country is right; if it is, report it as a fault.",
    Kind.FORBIDDEN_CONSENT: "Stop the programme before more is sent, tell who answers for data protection, report it.",
    Kind.FORBIDDEN_CLASS: "Say sorry, and report it as a fault.",
    Kind.FORBIDDEN_ABSENCE: "Report it as a fault.",
    Kind.FORBIDDEN_CAP: "Report it as a fault.",
    Kind.FORBIDDEN_LEFT: "Say sorry, and report it as a fault.",
    Kind.FORBIDDEN_CASE: "Whoever has the case should know that the programme wrote too; report it as a fault.",
    Kind.FORBIDDEN_ANSWERED: "Say sorry: the member had answered. Report it as a fault.",
    Kind.FORBIDDEN_RUNG: "Report it as a fault.",
}
