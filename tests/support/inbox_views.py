"""The dialogs, the thread and the home tab as staff see them, for their pictures."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from bot.handoff.at_risk import AtRisk, RiskLine
from bot.handoff.canned import Canned
from bot.handoff.figures import Figures
from bot.handoff.overview import Overview
from bot.handoff.queues import CaseLine, Queue
from bot.handoff.replies import ReplyView, Way
from inbox import home, modals, modals_case, modals_reply, thread
from inbox.blocks import Block
from inbox.modals_case import Candidate
from inbox.modals_reply import Draft
from tests.support.case_views import HOUR, LONDON, LOS_ANGELES, NOW, RISK

ORIGIN = modals.Origin(12, "C0MEMBERSUCCESS", "1795536000.000100")
HELLO = "Hi Ana, it's Maria at Fernhill. I saw that this step has stopped you. What would help most?"


def dialogs() -> dict[str, dict[str, Any]]:
    """One of each."""
    ways = (Way("sms", "+14155550123", is_last=True, key="1"), Way("telegram", "77", key="2"),
            Way("email", "ana@northwind.example", "said_stop", key="3"))  # fmt: skip
    canned = [Canned("how_can_i_help", "How can I help?", HELLO), Canned("call_offer", "Shall I call you?", "")]
    jonas = Candidate("Jonas Weber", "staff:2", "away until Mon 30 Nov, 09:00")
    people = [Candidate("Maria Okafor", "staff:1", "3 cases"), jonas]
    teams = [Candidate("Technical Support", "team:technical_support")]
    return {
        "reply": modals_reply.reply(ORIGIN, "Ana Diaz", ways, canned, Draft(HELLO, "how_can_i_help", "1")),
        "call": modals_case.call(ORIGIN, "Ana Diaz", "+14155550123"),
        "snooze": modals_case.snooze(ORIGIN, NOW - 6 * HOUR, LONDON, time(9)),
        "assign": modals_case.assign(ORIGIN, people, teams),
        "resolve": modals.resolve(ORIGIN, step="your first event", who="Ana Diaz", first_day=date(2026, 11, 25)),
    }


def conversation() -> list[tuple[str, str | list[Block]]]:
    """The thread of a case: who writes (``bot`` or a colleague's first name), and what."""

    def post(kind: str, **body: object) -> list[Block]:
        return thread.post({"kind": kind, **body}, LOS_ANGELES)[1]

    def reply(text: str, state: str, reason: str | None = None, *, quoted: bool = False) -> list[Block]:
        return thread.reply(ReplyView("Maria Okafor", "Ana Diaz", "sms", text, state, reason, quoted, None))[1]

    at = (NOW - HOUR).isoformat()
    return [
        ("bot", post("event", text="Maria Okafor claimed the case.")),
        ("Maria", "She told Priya last month that evenings are hard for her."),
        ("bot", reply(HELLO, "delivered")),
        (
            "bot",
            post("member_message", author="Ana Diaz", text="At lunch time? <!channel>", via="sms", at=at),
        ),
        ("Maria", "> There is a talk on Thursday at noon. Shall I put your name down?"),
        ("bot", reply("There is a talk on Thursday at noon. Shall I put your name down?", "delivered", quoted=True)),
        ("bot", reply("It is in room 4.", "failed", "no such phone (Twilio 30005)")),
    ]


def colleagues_home() -> dict[str, Any]:
    """The home tab of somebody with a few cases."""
    mine = (
        CaseLine(15, "Cleo Roy", "distress", "Words of distress. Please look at once.", "urgent", "open",
                 "member_success", "Maria Okafor", NOW - HOUR, NOW - HOUR / 2, is_overdue=True, is_waiting=True),
        CaseLine(12, "Ana Diaz", "silent", "No answer about your first event after 3 messages and 1 call.", "high",
                 "claimed", "member_success", "Maria Okafor", NOW - HOUR, NOW + HOUR,
                 is_overdue=False, is_waiting=True),
    )  # fmt: skip
    queue = (
        CaseLine(16, "+14155550123", "stranger", "", "normal", "open", "member_success", None, NOW - HOUR,
                 NOW + 8 * HOUR, is_overdue=False, is_waiting=True),
    )  # fmt: skip
    members = (RiskLine(1, "Ana Diaz", "Maria Okafor", date(2026, 12, 20), RISK),)
    seen = Overview(NOW, LONDON, "Maria Okafor", ("Member Success",), Queue(mine, 2), Queue(queue, 1),
                    AtRisk(members, 1, 0, is_all=True, is_own=True), Figures(6, 4, 3, HOUR / 2, 3, 1, 1))  # fmt: skip
    link = "https://sandbox.slack.com/archives/C0MEMBERSUCCESS/p1795536000000100"
    return home.home(seen, {15: link, 12: link, 16: link})
