"""Cards and thread messages: what they show, and that no input breaks Slack's limits or its formatting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.handoff.risk import Level, Reason, Risk, Sign
from bot.handoff.view import CaseView, Clock
from bot.handoff.view_answers import Answer
from bot.handoff.view_member import MemberView, Person, Position, Wanted
from bot.handoff.view_reach import Reach
from bot.handoff.view_story import Line, Question, TouchLine
from inbox.blocks import when
from inbox.cards import bar, card, headline, is_overdue
from inbox.text import zone_of
from sandbox.slack.blocks import prepare_blocks
from tests.support.case_views import DAY, HOUR, NOW, OPEN, PERSON, RESOLVED, STRANGER, VARIANTS

HOSTILE = "<!channel> <@U1> *bold* _it_ ~no~ `code` <http://x.example|click> & &lt;!here&gt; :tada:"
TOTAL = 12_000
DATE = re.compile(r"<!date\^\d+\^\{date_short_pretty\}, \{time\}\|[^<>|]*>")
"""The only thing between angle brackets that a card may hold: a moment, which Slack shows in the reader's zone."""


def texts(content: Any) -> Iterator[dict[str, Any]]:
    """Every text object within."""
    if isinstance(content, list):
        for item in content:
            yield from texts(item)
    elif isinstance(content, dict):
        if isinstance(content.get("text"), str):
            yield content
        for item in content.values():
            yield from texts(item)


def shown(view: CaseView) -> list[str]:
    return [DATE.sub("(a moment)", found["text"]) for found in texts(card(view))]


def actions(view: CaseView) -> list[str]:
    return [button["action_id"] for block in card(view) if block["type"] == "actions" for button in block["elements"]]


def test_the_card_tells_who_why_where_what_was_tried_and_what_can_be_done() -> None:
    kinds = [(block["type"], [DATE.sub("(a moment)", found["text"]) for found in texts(block)]) for block in card(OPEN)]
    assert kinds == [
        ("header", ["Ana Diaz \u00b7 open"]),
        (
            "section",
            [
                (
                    "\u23f3 *Reply due* (a moment) \u00b7 *High priority* \u00b7 Member Success \u00b7 "
                    "to be done by (a moment)"
                )
            ],
        ),
        ("section", ["*Why now:* No answer to our messages"]),
        ("section", ["No answer about your first event after 3 messages and 1 call."]),
        (
            "section",
            [
                (
                    "Asked about *your first event* (in their local time)\n"
                    "\u2022 Mon 16 Nov, 10:00: e-mail from Fernhill Compass was sent\n"
                    "\u2022 Thu 19 Nov, 10:00: e-mail from Maria Okafor was read\n"
                    "\u2022 Sat 21 Nov, 10:00: Telegram from Fernhill Compass was left out (no address)\n"
                    "\u2022 Sat 21 Nov, 10:00: text message from Fernhill Compass was delivered\n"
                    "\u2022 Mon 23 Nov, 11:00: phone call from Maria Okafor was not answered"
                )
            ],
        ),
        (
            "section",
            [
                "*Segment*\nEarly career",
                "*Account*\nNorthwind &amp; Sons",
                "*Joined*\n20 Aug 2026",
                "*Renewal*\n20 Dec 2026 (in 26 days)",
                "*Member Success Manager*\nMaria Okafor",
                "*Their local time*\nTue 24 Nov, 08:00 (PST, UTC-8)",
                "*Best reached by*\nText message (they answer there most), around 09:00",
                "*Not by*\ne-mail (they said stop)",
            ],
        ),
        (
            "section",
            [
                (
                    "*First 90 days*  \u25a0\u25a0\u25a0\u25a0\u25a0\u25a1\u25a1\u25a1\u25a1  5 of 9\n"
                    "Open step: *your first event* (stuck since 15 Nov 2026)\nReached: Settled in, Met people"
                )
            ],
        ),
        ("section", ["\u201cevery event is in the evening and I have small kids\u201d"]),
        (
            "section",
            [
                (
                    "*Risk of losing them: high*\n"
                    "\u2022 A detractor: 4 on the scale from 0 to 10 _(survey Your first 90 days, 18 Nov 2026)_\n"
                    "\u2022 Renewal in 26 days, with 4 open steps _(membership record)_\n"
                    "\u2022 No answer to 1 question in 3 messages _(check-ins, 16 Nov 2026)_\n"
                    "\u2022 Stuck on your first event _(journey First 90 days, 15 Nov 2026)_"
                )
            ],
        ),
        ("section", ["*Goal and answers*"]),
        (
            "section",
            [
                (
                    "Goal: \u201cfind a mentor in structural engineering\u201d \u2013 40 %, has two names\n"
                    "Your first 90 days, 18 Nov 2026: 4 of 10 (NPS, detractor) "
                    "\u201cI can't make it to anything\u201d\n"
                    "Your first month, 25 Sep 2026: 5 of 7 (CES, in the middle)"
                )
            ],
        ),
        ("section", ["*Last messages* (in their local time)"]),
        (
            "section",
            [
                (
                    "Sun 15 Nov, 08:00, Ana Diaz by text message: "
                    "\u201cevery event is in the evening and I have small kids\u201d\n"
                    "Sun 15 Nov, 09:00, Fernhill Compass by text message: \u201cThanks for telling me. There are lunch "
                    "talks too: https://fernhill.example/events\u201d\n"
                    "Sat 21 Nov, 10:00, Fernhill Compass by text message: "
                    "\u201cHi Ana, did you find an event that fits?\u201d"
                )
            ],
        ),
        ("context", ["Case 12 \u00b7 opened (a moment) \u00b7 by text message \u00b7 member number FI-2041"]),
        ("actions", ["Claim", "Reply", "Call", "Snooze", "Assign", "Resolve"]),
    ]


def test_a_moment_is_shown_in_the_readers_zone_and_elsewhere_in_the_teams() -> None:
    assert when(NOW, ZoneInfo("Europe/London")) == (
        "<!date^1795536000^{date_short_pretty}, {time}|Tue 24 Nov, 16:00 GMT>"
    )


@pytest.mark.parametrize(
    ("variant", "offered"),
    [
        ("open", ["claim", "reply", "call", "snooze", "assign", "resolve"]),
        ("given", ["claim", "reply", "call", "snooze", "assign", "resolve"]),
        ("claimed", ["reply", "call", "snooze", "assign", "resolve"]),
        ("snoozed", ["reply", "call", "unsnooze", "assign", "resolve"]),
        ("resolved", ["reopen"]),
        ("stranger", ["claim", "reply", "call", "snooze", "assign", "resolve", "match"]),
        ("matched", ["unmatch"]),
    ],
)
def test_buttons_follow_the_state(variant: str, offered: list[str]) -> None:
    assert actions(VARIANTS[variant]) == offered


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/Los_Angeles", "PST, UTC-8"),
        ("Europe/London", "GMT, UTC"),
        ("Asia/Kolkata", "IST, UTC+5:30"),
        ("America/Sao_Paulo", "UTC-3"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("UTC", "UTC"),
    ],
)
def test_a_time_zone_is_told_so_that_it_can_be_reckoned_with(zone: str, said: str) -> None:
    assert zone_of(NOW.astimezone(ZoneInfo(zone))) == said


def test_nobody_is_called_of_whom_no_number_is_known() -> None:
    assert "call" not in actions(replace(OPEN, can_call=False))


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ("open", "Ana Diaz \u00b7 open"),
        ("given", "Ana Diaz \u00b7 open for Maria Okafor"),
        ("claimed", "Ana Diaz \u00b7 claimed by Maria Okafor"),
        ("snoozed", "Ana Diaz \u00b7 claimed by Maria Okafor, snoozed"),
        ("overdue", "Ana Diaz \u00b7 open for Maria Okafor, overdue"),
        ("resolved", "Ana Diaz \u00b7 resolved by Maria Okafor"),
        ("stranger", "+14155550123 \u00b7 open"),
    ],
)
def test_the_first_line_says_who_it_is_about_and_whose_it_is(variant: str, said: str) -> None:
    assert shown(VARIANTS[variant])[0] == said


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (Clock(NOW, NOW + HOUR, NOW + DAY), "\u23f3 *Reply due* (a moment)"),
        (Clock(NOW, NOW, NOW + DAY), "\U0001f534 *A reply was due* (a moment)"),
        (Clock(None, None, NOW + DAY), "\u2705 Nobody waits for a reply"),
        (Clock(None, None, NOW), "\U0001f534 was to be done by (a moment)"),
        (Clock(NOW, NOW, NOW, NOW + HOUR), "\U0001f4a4 *Snoozed until* (a moment)"),
    ],
)
def test_the_clock_says_what_is_due_and_what_is_late(clock: Clock, said: str) -> None:
    assert said in shown(replace(OPEN, clock=clock))[1].split(" \u00b7 ")


def test_only_a_case_that_is_awake_and_open_is_overdue() -> None:
    late = Clock(NOW, NOW, NOW + DAY)
    assert is_overdue(replace(OPEN, clock=late))
    assert not is_overdue(replace(OPEN, clock=replace(late, snoozed_until=NOW + HOUR)))
    assert not is_overdue(replace(OPEN, clock=late, state="resolved"))


def test_a_resolved_case_shows_what_came_of_it_and_little_more() -> None:
    assert shown(RESOLVED)[1:] == [
        "*Why:* No answer to our messages",
        "Outcome: Ana comes to the lunch talk on Thursday; Priya will look after her there.\nNext date: 27 Nov 2026",
        (
            "Case 12 \u00b7 opened (a moment) \u00b7 by text message \u00b7 resolved (a moment) "
            "\u00b7 2 private notes \u00b7 opened again \u00b7 member number FI-2041"
        ),
        "Open again",
    ]
    assert headline(RESOLVED) == "Ana Diaz: No answer to our messages (resolved by Maria Okafor)"


def test_a_stranger_is_known_by_the_address_only() -> None:
    said = shown(STRANGER)
    assert said[2] == "*Why now:* An unknown number wrote"
    assert "Tue 24 Nov, 15:00, They by text message: " in said[3]
    assert not any("Segment" in text or "Risk" in text for text in said)


def test_who_is_away_has_lapsed_and_can_not_be_written_to_is_shown_so() -> None:
    said = shown(VARIANTS["unreachable"])
    for part in ("*Membership*\nLapsed", "*Renewal*\n1 Nov 2026 (past)", "*Best reached by*\nNo way that is open",
                 "*Away*\nuntil Mon 30 Nov, 08:00",
                 "*Not by*\ntext message (they said stop), e-mail (the address does not work)"):  # fmt: skip
        assert part in said
    assert not any(text.startswith("*Quiet*") for text in said)


def hostile(text: str) -> CaseView:
    """A case in which everything that others wrote or named is `text`."""
    reason = Reason(Sign.BLOCKED, text, text, NOW.date())
    member = MemberView(
        person=replace(PERSON, name=text, account=text, msm=text, segment=text, number=text, status=text),
        position=Position(text, 3, 8, (text,) * 9, text, "blocked", NOW, text),
        reach=Reach(text, text, ((text, text),) * 9, NOW + HOUR),
        risk=Risk(Level.HIGH, (reason,) * 9),
        goal=Wanted(text, 10, text),
        answers=(Answer(text, NOW, "nps", 3, 0, 10, "low", text), Answer(text, NOW, text, words=text)) * 3,
    )
    touch = TouchLine(NOW, text, text, text, text)
    line = Line(NOW, text, text, text)
    return replace(OPEN, member=member, question=Question(text, text, (touch,) * 30), words=line, summary=text,
                   reason=text, priority=text, team=text, assignee=text, outcome=text, last_messages=(line,) * 9,
                   channel=text, address=text)  # fmt: skip


@pytest.mark.parametrize("state", ["open", "claimed", "resolved"])
def test_words_of_others_can_neither_mention_nor_format(state: str) -> None:
    view = replace(hostile(HOSTILE), state=state)
    for found in texts(card(view)):
        check_harmless(found)
    assert "<" not in headline(view)


OWN = re.compile(r"(?m)^\*[^*\n]+\*|\*(?=[\w\u2026&])|(?<=[^\s*])\*|_\(|\)_")
"""What cards format themselves: the beginnings of lines, names of steps and journeys, and sources in italics."""


def check_harmless(text: dict[str, Any]) -> None:
    if text["type"] == "plain_text":
        assert not any(sequence in text["text"] for sequence in ("<!", "<@", "<#", "<http"))
    else:
        own = OWN.sub("", DATE.sub("", text["text"]))
        assert not set(own) & set("<>*_~`"), text["text"]


EVIL = [
    "<!channel>",
    "<@U1>",
    "&lt;",
    "\u202e\u05e9\u05dc\u05d5\u05dd",
    "\U0001f468\u200d\U0001f469",
    ":tada:",
    "\n",
    "\x00",
]
WILD = st.text(max_size=300) | st.lists(st.sampled_from(EVIL), max_size=60).map("".join) | st.sampled_from(
    ["x" * 4000, "&" * 4000, "<" * 4000, "\U0001f600" * 4000, " ", ""]
)  # fmt: skip
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows
MAYBE, MAYBE_AT = st.none() | WILD, st.none() | MOMENTS
MEMBERS = st.builds(
    MemberView,
    person=st.builds(Person, WILD, WILD, MAYBE, st.dates(), MAYBE, MOMENTS, MAYBE, WILD, st.none() | st.dates()),
    position=st.none()
    | st.builds(
        Position, WILD, st.integers(-5, 500), st.integers(-5, 500), st.lists(WILD, max_size=5).map(tuple), MAYBE,
        st.sampled_from(["blocked", "pending"]) | WILD, MAYBE_AT, MAYBE,
    ),
    reach=st.builds(
        Reach, MAYBE, MAYBE, st.lists(st.tuples(WILD, WILD), max_size=4).map(tuple), MAYBE_AT, MAYBE_AT,
        st.none() | st.integers(0, 23),
    ),
    risk=st.builds(
        Risk, st.sampled_from(Level),
        st.lists(st.builds(Reason, st.sampled_from(Sign), WILD, WILD, st.none() | st.dates()), max_size=9).map(tuple),
    ),
    goal=st.none() | st.builds(Wanted, WILD, st.none() | st.integers(0, 100), MAYBE),
    answers=st.lists(
        st.builds(Answer, WILD, MOMENTS, st.sampled_from(["nps", "csat", None]), st.none() | st.integers(0, 10),
                  st.just(0), st.just(10), st.sampled_from(["low", "high", None]), MAYBE), max_size=4,
    ).map(tuple),
)  # fmt: skip
LINES = st.builds(Line, MOMENTS, MAYBE, WILD, WILD)
TOUCHES = st.lists(st.builds(TouchLine, MOMENTS, WILD, WILD, WILD, MAYBE), max_size=9).map(tuple)
VIEWS = st.builds(
    CaseView,
    case_id=st.integers(1),
    state=st.sampled_from(["open", "claimed", "resolved"]),
    reason=WILD,
    priority=st.sampled_from(["urgent", "low"]),
    team=WILD,
    zone=st.just(ZoneInfo("Europe/London")),
    summary=WILD,
    channel=WILD,
    address=WILD,
    opened_at=MOMENTS,
    at=MOMENTS,
    assignee=MAYBE,
    outcome=MAYBE,
    resolved_at=MAYBE_AT,
    follow_up_on=st.none() | st.dates(),
    reopened=st.integers(0, 3),
    clock=st.builds(Clock, MAYBE_AT, MAYBE_AT, MAYBE_AT, MAYBE_AT, st.integers(0, 9)),
    member=st.none() | MEMBERS,
    question=st.none() | st.builds(Question, WILD, WILD, TOUCHES),
    words=st.none() | LINES,
    last_messages=st.lists(LINES, max_size=5).map(tuple),
    notes=st.integers(0, 9),
    can_call=st.booleans(),
    is_matched=st.booleans(),
)


@patient
@given(VIEWS)
def test_no_case_breaks_the_limits_of_block_kit(view: CaseView) -> None:
    blocks = card(view)
    prepare_blocks(blocks, "message")
    assert sum(len(found["text"]) for found in texts(blocks)) <= TOTAL
    assert 0 < len(headline(view)) <= 1000


@pytest.mark.parametrize("letter", ["\u20ac<", "&", "<", "x", "\U0001f600"])
@pytest.mark.parametrize("state", ["open", "resolved"])
def test_the_largest_card_stays_under_the_limit_for_all_text(letter: str, state: str) -> None:
    blocks = card(replace(hostile(letter * 4000), state=state))
    prepare_blocks(blocks, "message")
    assert sum(len(found["text"]) for found in texts(blocks)) <= TOTAL


@pytest.mark.parametrize("variant", VARIANTS)
def test_slack_takes_the_card_of_every_kind_of_case(variant: str) -> None:
    prepare_blocks(card(VARIANTS[variant]), "message")


@pytest.mark.parametrize(
    ("done", "total", "filled", "length"),
    [(0, 8, 0, 8), (3, 8, 3, 8), (8, 8, 8, 8), (1, 100, 1, 20), (99, 100, 19, 20), (100, 100, 20, 20), (9, 3, 3, 3)],
)
def test_the_bar_is_full_only_at_the_end_and_empty_only_at_the_start(
    done: int, total: int, filled: int, length: int
) -> None:
    assert bar(done, total) == "\u25a0" * filled + "\u25a1" * (length - filled)
