"""Cases as staff see them, one of each kind: for the tests of cards and for their pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.handoff.risk import Level, Reason, Risk, Sign
from bot.handoff.view import CaseView, Clock
from bot.handoff.view_answers import Answer
from bot.handoff.view_member import MemberView, Person, Position, Wanted
from bot.handoff.view_reach import Reach
from bot.handoff.view_story import Line, Question, TouchLine

NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONDON, LOS_ANGELES = ZoneInfo("Europe/London"), ZoneInfo("America/Los_Angeles")

PERSON = Person(
    name="Ana Diaz",
    segment="Early career",
    account="Northwind & Sons",
    joined_on=date(2026, 8, 20),
    msm="Maria Okafor",
    local_time=NOW.astimezone(LOS_ANGELES),
    number="FI-2041",
    renews_on=date(2026, 12, 20),
)
POSITION = Position(
    "First 90 days", 5, 9, ("Settled in", "Met people"), "your first event", "blocked", NOW - 9 * DAY,
    "every event is in the evening and I have small kids",
)  # fmt: skip
TOUCHES = (
    TouchLine(NOW - 8 * DAY + 2 * HOUR, "email", "Fernhill Compass", "sent", None),
    TouchLine(NOW - 5 * DAY + 2 * HOUR, "email", "Maria Okafor", "read", None),
    TouchLine(NOW - 3 * DAY + 2 * HOUR, "telegram", "Fernhill Compass", "skipped", "no_address"),
    TouchLine(NOW - 3 * DAY + 2 * HOUR, "sms", "Fernhill Compass", "delivered", None),
    TouchLine(NOW - DAY + 3 * HOUR, "voice", "Maria Okafor", "sent", "no_answer"),
)
RISK = Risk(
    Level.HIGH,
    (
        Reason(Sign.DETRACTOR, "A detractor: 4 on the scale from 0 to 10", "survey Your first 90 days",
               date(2026, 11, 18), is_serious=True),
        Reason(Sign.RENEWAL_NEAR, "Renewal in 26 days, with 4 open steps", "membership record"),
        Reason(Sign.SILENT, "No answer to 1 question in 3 messages", "check-ins", date(2026, 11, 16)),
        Reason(Sign.BLOCKED, "Stuck on your first event", "journey First 90 days", date(2026, 11, 15)),
    ),
)  # fmt: skip
MEMBER = MemberView(
    person=PERSON,
    position=POSITION,
    reach=Reach("sms", "answers", (("email", "opted_out"),), best_hour=9),
    risk=RISK,
    goal=Wanted("find a mentor in structural engineering", 40, "has two names"),
    answers=(
        Answer("Your first 90 days", NOW - 6 * DAY, "nps", 4, 0, 10, "low", "I can't make it to anything"),
        Answer("Your first month", NOW - 60 * DAY, "ces", 5, 1, 7, "middle"),
    ),
)
OPEN = CaseView(
    case_id=12,
    state="open",
    reason="silent",
    priority="high",
    team="Member Success",
    zone=LONDON,
    summary="No answer about your first event after 3 messages and 1 call.",
    channel="sms",
    address="+14155550123",
    opened_at=NOW - HOUR,
    at=NOW,
    clock=Clock(NOW - HOUR, NOW + HOUR, NOW + 2 * DAY),
    member=MEMBER,
    question=Question("your first event", "step", TOUCHES),
    last_messages=(
        Line(NOW - 9 * DAY, None, "sms", "every event is in the evening and I have small kids"),
        Line(NOW - 9 * DAY + HOUR, "Fernhill Compass", "sms", "Thanks for telling me. There are lunch talks too: "
             "https://fernhill.example/events"),
        Line(NOW - 3 * DAY + 2 * HOUR, "Fernhill Compass", "sms", "Hi Ana, did you find an event that fits?"),
    ),
    can_call=True,
)  # fmt: skip
GIVEN = replace(OPEN, assignee="Maria Okafor")
CLAIMED = replace(
    GIVEN, state="claimed", notes=2, clock=Clock(None, None, NOW + 2 * DAY),
    last_messages=(
        *OPEN.last_messages,
        Line(NOW - timedelta(minutes=20), "Maria Okafor", "sms", "Hi Ana, Maria here. Would a lunch-time visit work?"),
    ),
)  # fmt: skip
SNOOZED = replace(
    CLAIMED, clock=Clock(None, None, NOW + 3 * DAY, datetime(2026, 11, 25, 9, 0, tzinfo=UTC)), notes=3
)  # fmt: skip
OVERDUE = replace(GIVEN, clock=Clock(NOW - 5 * HOUR, NOW - 3 * HOUR, NOW + DAY, None, 2), opened_at=NOW - 5 * HOUR)
RESOLVED = replace(
    CLAIMED, state="resolved", outcome="Ana comes to the lunch talk on Thursday; Priya will look after her there.",
    resolved_at=NOW, follow_up_on=date(2026, 11, 27), clock=Clock(), reopened=1,
)  # fmt: skip
URGENT = replace(
    OPEN, case_id=15, reason="distress", priority="urgent", summary="Words of distress. Please look at once.",
    question=None, opened_at=NOW - timedelta(minutes=2), clock=Clock(NOW, NOW + timedelta(minutes=30), NOW + 8 * HOUR),
    words=Line(NOW - timedelta(minutes=2), None, "sms", "I just can't go on like this any more"),
    member=replace(
        MEMBER, risk=Risk(Level.LOW), answers=(), goal=None,
        position=Position("First 90 days", 1, 9, (), "your profile"),
        reach=Reach("sms", "last", (), NOW + 2 * HOUR),
    ),
    last_messages=(Line(NOW - DAY, "Fernhill Compass", "sms", "Is your profile done?"),),
)  # fmt: skip
STRANGER = replace(
    OPEN, case_id=16, reason="stranger", priority="normal", summary="", member=None, question=None,
    words=Line(NOW - HOUR, None, "sms", "hi, is this where I change my address? <!channel> :tada:"),
    last_messages=(Line(NOW - HOUR / 2, None, "sms", "my name is Ben Ito by the way"),),
)  # fmt: skip
MATCHED = replace(
    OPEN, case_id=16, state="resolved", reason="stranger", assignee="Maria Okafor", outcome="Goes on in case 12.",
    resolved_at=NOW, clock=Clock(), is_matched=True,
)  # fmt: skip
AWAY = replace(
    GIVEN, case_id=17, reason="unreachable", priority="normal",
    summary="Could not be asked about your renewal: opted out here.",
    member=replace(
        MEMBER, person=replace(PERSON, status="lapsed", account=None, renews_on=date(2026, 11, 1)),
        position=Position("Come back", 0, 2, (), "your renewal"),
        reach=Reach(None, None, (("sms", "opted_out"), ("email", "unusable_address")), NOW + HOUR, NOW + 6 * DAY),
        risk=Risk(Level.HIGH, (
            Reason(Sign.LAPSED, "The membership was not renewed", "membership record", date(2026, 11, 1),
                   is_serious=True),
            Reason(Sign.UNREACHABLE, "No address that may be used", "contact record"),
        )),
        answers=(), goal=None,
    ),
    question=Question("your renewal", "step", (TouchLine(NOW - DAY, "sms", "Fernhill Compass", "skipped",
                                                         "opted_out_here"),)),
    last_messages=(Line(NOW - 30 * DAY, None, "sms", "STOP"),),
)  # fmt: skip

VARIANTS = {
    "open": OPEN,
    "given": GIVEN,
    "claimed": CLAIMED,
    "snoozed": SNOOZED,
    "overdue": OVERDUE,
    "resolved": RESOLVED,
    "urgent": URGENT,
    "stranger": STRANGER,
    "matched": MATCHED,
    "unreachable": AWAY,
}
