"""The programming interface about one member: goals, classes of messages, absences and steps."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import Response

from app.wiring import Application
from bot.model import AuditEntry, ConsentEvent, Member, MemberStatus
from tests.support import cast
from tests.support.asgi_client import AsgiClient


class Ana:
    """Calls about one member."""

    def __init__(self, client: AsgiClient, key: str, number: int) -> None:
        self.client, self.number = client, number
        self.headers = {"Authorization": f"Bearer {key}"}

    def call(self, method: str, path: str, **body: Any) -> Response:
        sent = {"json": body} if body else {}
        return self.client.request(method, f"/api/v1/members/{self.number}/{path}", headers=self.headers, **sent)


@pytest.fixture
def ana(client: AsgiClient, key: str, application: Application) -> Ana:
    with application.db.begin() as session:
        member = cast.bring(session, application.programme, "Ana", application.clock.now())
        return Ana(client, key, member.id)


def test_a_goal_is_set_noted_and_reached(ana: Ana) -> None:
    assert ana.call("GET", "goal").json() == {"goal": None, "history": []}
    assert ana.call("PUT", "goal", text=" Find a mentor ").json()["goal"] == "Find a mentor"
    assert ana.call("PUT", "goal", percent=40, note="met two people").status_code == 200
    told = ana.call("PUT", "goal", end="reached").json()
    assert (told["goal"], told["history"][0]["end"], told["history"][0]["source"]) == (None, "reached", "api:crm")
    assert told["history"][0]["notes"][0]["percent"] == 40
    assert ana.call("PUT", "goal", end="dropped").status_code == 409


def test_a_class_of_messages_is_declined_and_wanted_again(ana: Ana, application: Application) -> None:
    answer = ana.call("PUT", "preferences", message_class="promotional", wanted=False, wording="ticked the box")
    assert answer.json() == {"declined": ["promotional"]}
    with application.db.begin() as session:
        ledger = [(row.source, row.wording) for row in session.query(ConsentEvent) if row.message_class]
    assert ledger == [("api:crm", "ticked the box")]
    assert ana.call("PUT", "preferences", message_class="promotional", wanted=True).json() == {"declined": []}
    refused = ana.call("PUT", "preferences", message_class="transactional", wanted=False)
    assert (refused.status_code, "STOP" in refused.json()["detail"]) == (409, True)


def test_absences_are_added_listed_and_removed(ana: Ana) -> None:
    added = ana.call("POST", "absences", first_day="2026-12-03", last_day="2026-12-10", note="told us")
    assert added.status_code == 201
    assert (added.json()["starts_at"], added.json()["ends_at"]) == ("2026-12-03T05:00:00Z", "2026-12-11T05:00:00Z")
    assert ana.call("GET", "absences").json() == [added.json()]
    number = added.json()["id"]
    assert ana.call("DELETE", f"absences/{number}").status_code == 204
    assert ana.call("DELETE", f"absences/{number}").status_code == 404
    assert ana.call("GET", "absences").json() == []
    assert ana.call("POST", "absences", first_day="2020-01-01", last_day="2020-01-02").status_code == 409


def test_a_step_is_marked(ana: Ana, application: Application) -> None:
    with application.db.begin() as session:
        session.query(AuditEntry).delete()
    answer = ana.call("PUT", "steps/first_sign_in", state="done", words="signed in")
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["step"]) == ("done", "first_sign_in")
    assert answer.json()["next"] not in (None, "first_sign_in")
    with application.db.begin() as session:
        entry = session.query(AuditEntry).filter(AuditEntry.action == "step.done").one()
        assert (entry.actor, entry.reason) == ("api:crm", "signed in")
    assert ana.call("PUT", "steps/first_sign_in", state="open").json()["state"] == "pending"
    assert ana.call("PUT", "steps/fly", state="done").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "goal", {}),
        ("PUT", "goal", {"text": " "}),
        ("PUT", "goal", {"text": "x" * 501}),
        ("PUT", "goal", {"text": "a\0b"}),
        ("PUT", "goal", {"text": "Find a mentor", "end": "reached"}),
        ("PUT", "goal", {"end": "replaced"}),
        ("PUT", "goal", {"percent": 101}),
        ("PUT", "preferences", {"message_class": "everything", "wanted": False}),
        ("PUT", "preferences", {"message_class": "promotional"}),
        ("POST", "absences", {"first_day": "2026-12-10", "last_day": "2026-12-03"}),
        ("POST", "absences", {"first_day": "tomorrow", "last_day": "2026-12-03"}),
        ("POST", "absences", {"first_day": "2026-12-03", "last_day": "2026-12-04", "why": "rest"}),
        ("DELETE", "absences/0", {}),
        ("PUT", "steps/first_sign_in", {"state": "in_progress"}),
    ],
    ids=str,
)
def test_bad_values_are_named(ana: Ana, method: str, path: str, body: dict[str, Any]) -> None:
    answer = ana.call(method, path, **body) if body or method == "DELETE" else ana.call(method, path, unknown=1)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "goal", {}),
        ("PUT", "goal", {"text": "Find a mentor"}),
        ("PUT", "preferences", {"message_class": "promotional", "wanted": False}),
        ("GET", "absences", {}),
        ("POST", "absences", {"first_day": "2026-12-03", "last_day": "2026-12-04"}),
        ("DELETE", "absences/1", {}),
        ("PUT", "steps/form", {"state": "done"}),
    ],
)
def test_unknown_members_and_unknown_callers_get_nothing(
    ana: Ana, method: str, path: str, body: dict[str, Any]
) -> None:
    ana.number += 1000
    assert ana.call(method, path, **body).status_code == 404
    ana.headers = {}
    assert ana.call(method, path, **body).status_code == 401


def test_a_record_that_is_part_of_another_takes_nothing(ana: Ana, application: Application) -> None:
    with application.db.begin() as session:
        session.get_one(Member, ana.number).status = MemberStatus.MERGED
    assert ana.call("PUT", "goal", text="Find a mentor").status_code == 409
