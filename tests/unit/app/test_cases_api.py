"""The programming interface for cases: what staff see, and what they do, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from httpx import Response

from app.wiring import Application
from bot.handoff.cases import Need, open_case
from bot.model import (
    CaseEntry,
    EntryKind,
    HandOff,
    HandOffReason,
    InboxMessage,
    Member,
    OutboxMessage,
    Priority,
    Purpose,
    Team,
)
from tests.support import cast
from tests.support.asgi_client import AsgiClient
from tests.support.fake_channel import FakeChannel

PRIYA, MARIA = "priya.nair@example.org", "maria.okafor@example.org"


class Staff:
    """Calls about cases, in the name of Priya unless they say otherwise."""

    def __init__(self, client: AsgiClient, key: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {key}"}

    def get(self, path: str = "") -> Any:
        answer = self.client.request("GET", f"/api/v1/cases{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def do(self, case: int, act: str, key: str = "", **body: Any) -> Response:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        path = f"/api/v1/cases/{case}/{act}"
        return self.client.request("POST", path, headers=headers, json={"by": PRIYA, **body})


@pytest.fixture
def staff(client: AsgiClient, key: str, application: Application) -> Staff:
    application.channels["sms"] = FakeChannel()
    with application.db.begin() as session:
        cast.bring(session, application.programme, "Ana", application.clock.now())
    return Staff(client, key)


def opened(application: Application, who: str = "Ana", **changes: Any) -> int:
    with application.db.begin() as session:
        ana = session.query(Member).filter(Member.first_name == "Ana").one() if who == "Ana" else None
        address = cast.NUMBERS["Ana"] if ana else "+12025559999"
        values = {"reason": HandOffReason.ASKED, "summary": "Asked for a person.", "channel": "sms", **changes}
        need = Need(address=address, member=ana, **values)
        now = application.clock.now()
        return open_case(session, need, application.programme, now=now, wall=now).id


def replies(application: Application) -> list[str]:
    with application.db.begin() as session:
        rows = session.query(OutboxMessage).filter(OutboxMessage.purpose == Purpose.STAFF_REPLY)
        return [row.body["text"] for row in rows]


def test_without_a_key_nobody_sees_or_does_anything(staff: Staff, application: Application) -> None:
    case = opened(application)
    staff.headers = {}
    for path in ("", f"/{case}", f"/{case}/entries"):
        assert staff.client.request("GET", f"/api/v1/cases{path}").status_code == 401
    assert staff.do(case, "claim").status_code == 401


def test_cases_are_listed_by_urgency(staff: Staff, application: Application) -> None:
    first = opened(application)
    second = opened(application, "a stranger", reason=HandOffReason.STRANGER, priority=Priority.URGENT)
    found = staff.get()
    assert (found["total"], [one["case_id"] for one in found["cases"]]) == (2, [second, first])
    assert found["cases"][1]["who"] == "Ana Smith"
    assert [one["case_id"] for one in staff.get("?limit=1&skip=1")["cases"]] == [first]


def test_cases_are_found_by_team_state_assignee_and_deadline(staff: Staff, application: Application) -> None:
    ana = opened(application)
    other = opened(application, "a stranger", reason=HandOffReason.TECHNICAL, team=Team.TECHNICAL_SUPPORT)
    staff.do(ana, "claim")

    def ids(query: str) -> list[int]:
        return [one["case_id"] for one in staff.get(f"?{query}")["cases"]]

    assert ids("team=technical_support") == [other]
    assert ids("state=claimed") == [ana]
    assert ids("state=open") == [other]
    assert ids(f"assignee={PRIYA.upper()}") == [ana]
    assert ids("assignee=nobody@example.org") == []
    assert ids("overdue=true") == []
    application.clock.push(timedelta(days=10))  # type: ignore[attr-defined]
    assert set(ids("overdue=true")) == {ana, other}
    assert ids("overdue=false") == []
    staff.do(ana, "resolve")
    assert ids("state=resolved") == [ana]
    assert ids("") == [other]


def test_a_case_is_shown_with_its_card_its_ways_and_its_history(staff: Staff, application: Application) -> None:
    case = opened(application)
    staff.do(case, "note", text="I know her")
    found = staff.get(f"/{case}")
    assert found["case"]["case_id"] == found["card"]["case_id"] == case
    assert found["card"]["summary"] == "Asked for a person."
    assert found["card"]["member"]["person"]["name"] == "Ana Smith"
    [way] = [way for way in found["ways"] if way["channel"] == "sms"]
    assert (way["address"], way["hindrance"], way["is_last"]) == (cast.NUMBERS["Ana"], None, True)
    entries = staff.get(f"/{case}/entries")
    assert (entries[-1]["kind"], entries[-1]["author"], entries[-1]["text"]) == ("note", "Priya Nair", "I know her")


def test_the_life_of_a_case(staff: Staff, application: Application) -> None:
    case = opened(application)
    assert staff.do(case, "claim").json()["state"] == "claimed"
    assert staff.do(case, "reply", text="Hello Ana").json()["is_waiting"] is False
    until = (application.clock.now() + timedelta(hours=2)).isoformat()
    assert staff.do(case, "snooze", until=until).json()["snoozed_until"]
    assert staff.do(case, "unsnooze").json()["snoozed_until"] is None
    assert staff.do(case, "call", outcome="talked", words="She is fine").status_code == 200
    assert staff.do(case, "assign", to=MARIA).json()["assignee"] == "Maria Okafor"
    assert staff.do(case, "assign", by=MARIA, team="technical_support").json()["team"] == "technical_support"
    resolved = staff.do(case, "resolve", outcome="Helped", step_done=True).json()
    assert (resolved["state"], resolved["due"]) == ("resolved", None)
    assert staff.do(case, "reopen").json()["state"] == "claimed"
    assert replies(application) == ["Hello Ana"]


def test_what_can_not_be_done_says_why(staff: Staff, application: Application) -> None:
    case = opened(application)
    staff.do(case, "claim")
    second = staff.do(case, "claim", by=MARIA)
    assert (second.status_code, second.json()["detail"]) == (409, "Priya Nair has this case.")
    assert staff.do(case, "reply", by=MARIA, text="Hello").status_code == 409
    assert staff.do(case, "reopen").status_code == 409
    assert staff.do(case + 100, "claim").status_code == 404
    nobody = staff.do(case, "assign", to="nobody@example.org")
    assert (nobody.status_code, "nobody@example.org" in nobody.json()["detail"]) == (422, True)
    assert staff.do(case, "claim", by="nobody@example.org").status_code == 422
    assert replies(application) == []


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("note", {"text": "  "}),
        ("note", {"text": "a\0b"}),
        ("note", {"text": "x" * 3001}),
        ("note", {}),
        ("reply", {"text": "hello", "to": "+1"}),
        ("snooze", {"until": "2026-12-01T10:00:00"}),
        ("snooze", {"until": "0001-01-01T00:00:00+14:00"}),
        ("assign", {}),
        ("assign", {"to": MARIA, "team": "member_success"}),
        ("call", {"outcome": "shouted"}),
        ("resolve", {"follow_up_on": "soon"}),
    ],
)
def test_what_makes_no_sense_is_refused(staff: Staff, application: Application, act: str, body: dict[str, Any]) -> None:
    assert staff.do(opened(application), act, **body).status_code == 422


def test_a_call_that_is_repeated_is_done_once_and_answered_as_before(staff: Staff, application: Application) -> None:
    case = opened(application)
    first = staff.do(case, "reply", "k-1", text="Hello Ana")
    assert "Idempotency-Replayed" not in first.headers
    assert staff.do(case, "resolve", "k-2", outcome="Helped").status_code == 200
    again = staff.do(case, "reply", "k-1", text="Hello Ana")
    assert (again.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (200, first.json(), "true")
    assert staff.do(case, "resolve", "k-2", outcome="Helped").json()["state"] == "resolved"
    assert replies(application) == ["Hello Ana"]


def test_a_key_that_belongs_to_another_call_is_refused(staff: Staff, application: Application) -> None:
    case = opened(application)
    staff.do(case, "note", "k-1", text="one")
    assert staff.do(case, "note", "k-1", text="two").status_code == 422
    assert staff.do(case, "note", "k-1", by=MARIA, text="one").status_code == 422
    assert staff.do(case, "claim", "k-1").status_code == 422
    with application.db.begin() as session:
        notes = session.query(CaseEntry).filter(CaseEntry.kind == EntryKind.NOTE)
        assert [entry.text for entry in notes] == ["one"]


def test_a_call_that_was_refused_may_be_made_again_with_its_key(staff: Staff, application: Application) -> None:
    case = opened(application)
    staff.do(case, "claim", by=MARIA)
    assert staff.do(case, "note", "k-1", by="nobody@example.org", text="x").status_code == 422
    assert staff.do(case, "reply", "k-2", text="Hello").status_code == 409
    staff.do(case, "assign", by=MARIA, to=PRIYA)
    assert staff.do(case, "reply", "k-2", text="Hello").status_code == 200
    assert replies(application) == ["Hello"]


def test_without_a_key_each_call_is_an_act_of_its_own(staff: Staff, application: Application) -> None:
    case = opened(application)
    staff.do(case, "note", text="same")
    staff.do(case, "note", text="same")
    with application.db.begin() as session:
        assert session.query(CaseEntry).filter(CaseEntry.kind == EntryKind.NOTE).count() == 2


def test_what_was_called_is_kept_under_the_name_of_the_key(staff: Staff, application: Application) -> None:
    case = opened(application)
    staff.do(case, "claim", "k-1")
    with application.db.begin() as session:
        [row] = session.query(InboxMessage)
        assert (row.channel, row.address, row.outcome, row.body["call"]["case"]) == ("api", "crm", "claim", case)
        assert session.get_one(HandOff, case).assignee is not None
