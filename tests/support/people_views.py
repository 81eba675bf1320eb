"""What slash commands show, and the digest: for their tests and for their pictures."""

from __future__ import annotations

from datetime import date, timedelta

from bot.handoff.digests import Digest, Members
from bot.handoff.lookup import Found
from bot.handoff.queues import CaseLine
from bot.plan.model import Coming, Entry, Happened, Held, Kind, Plan
from tests.support.case_views import DAY, HOUR, MEMBER, NOW

CASE = CaseLine(12, "Ana Diaz", "silent", "No answer.", "high", "claimed", "member_success", "Maria Okafor",
                NOW - HOUR, NOW + HOUR, is_overdue=False, is_waiting=True)  # fmt: skip
COMING = (
    Coming(
        NOW + DAY, Kind.MESSAGE, "The step is due 3 days after joining.", "your first event", "First 90 days", 2, 4,
        "sms", "sms", "...0123", "Maria Okafor",
        "Hi Ana, Maria at Fernhill here. Did you find an event that fits?",
        holds=(Held("open_case", "A case about Ana is open.", None),),
    ),
    Coming(NOW + 5 * DAY, Kind.CASE, "Nobody answered.", "your first event", "First 90 days", team="member_success"),
)  # fmt: skip
HISTORY = (
    Happened(NOW - 9 * DAY, "Ana wrote", "Understood as blocked.", "sms", "every event is in the evening"),
    Happened(NOW - 2 * DAY, "The programme wrote", "delivered", "sms", "Hi Ana, did you find an event that fits?"),
    Happened(NOW - HOUR, "Case 12: opened", "silent (by bot)"),
)
PLAN = Plan(1, "Ana Diaz", "America/Los_Angeles", NOW, NOW + 30 * DAY, COMING, False,
            (Entry(NOW + 20 * DAY, "Renewal", "2026-12-20", "30 days before."),), (), (), HISTORY)  # fmt: skip
FOUND = Found(1, MEMBER, PLAN, CASE)
LINK = "https://sandbox.slack.com/archives/C0MEMBERSUCCESS/p1795536000000100"
WEEK = Digest(
    team="member_success",
    name="Member Success",
    week="2026-W47",
    first=date(2026, 11, 16),
    opened=9,
    answered=8,
    resolved=7,
    first_reply=timedelta(hours=1, minutes=30).total_seconds(),
    unresolved=4,
    unclaimed=2,
    overdue=1,
    opened_before=5,
    resolved_before=6,
    first_reply_before=None,
    days=((3, 1), (2, 2), (0, 1), (4, 2), (0, 1), (0, 0), (0, 0)),
    members=Members(12, 3, 2, 5, is_all=False, named=("Ana Diaz", "Ben Ito")),
)
