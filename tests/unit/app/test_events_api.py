"""Events through the interface and from a file: what is taken, what is told of each, and what keeps all of them out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from httpx import Response

from app.commands import events
from app.wiring import Application
from bot.errors import ImportRefused
from bot.model import Member, MemberEvent, MemberStatus
from tests.support.asgi_client import AsgiClient
from tests.unit.app.test_api import ANA

AT = "2026-11-24T12:00:00Z"


@pytest.fixture
def ana(client: AsgiClient, key: str) -> int:
    """Ana is enrolled; her renewal is in March."""
    body = {**ANA, "renews_on": "2027-03-01", "email": "ana@example.org", "joined_on": "2026-11-01"}
    answer = client.post("/api/v1/members", json=body, headers={"Authorization": f"Bearer {key}"})
    return int(answer.json()["member_id"])


def told(name: str = "signed_in", **changes: Any) -> dict[str, Any]:
    values = {"id": f"lms-{name}", "member_number": "FI-2001", "name": name, "at": AT, **changes}
    return {name: value for name, value in values.items() if value is not ...}


def post(client: AsgiClient, key: str, body: object) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/api/v1/events", content=content, headers={"Authorization": f"Bearer {key}"})


def outcomes(answer: Response) -> list[tuple[str | None, str]]:
    assert answer.status_code == 200, answer.text
    return [(one["id"], one["outcome"]) for one in answer.json()["outcomes"]]


def stored(application: Application) -> list[str]:
    with application.db.begin() as session:
        return list(session.scalars(sa.select(MemberEvent.dedupe).order_by(MemberEvent.dedupe)))


def test_each_event_has_its_outcome_in_the_order_of_the_list(
    client: AsgiClient, key: str, application: Application, ana: int
) -> None:
    body = [
        told("posted", at="2026-11-24T14:00:00Z"),
        told(),
        told(member_number="FI-9", id="x"),
        told(id="y", at="2026-11-24T12:00:00"),
        "signed_in",
        told(),
    ]
    answer = post(client, key, body)
    assert outcomes(answer) == [
        ("lms-posted", "recorded"),
        ("lms-signed_in", "recorded"),
        ("x", "unknown_member"),
        ("y", "refused"),
        (None, "refused"),
        ("lms-signed_in", "duplicate"),
    ]
    whys = [one["why"] for one in answer.json()["outcomes"]]
    assert whys[:3] == [None, None, None]
    assert whys[3].startswith('at: "2026-11-24T12:00:00" has no time zone. Write')
    assert whys[4].startswith("the event is not an object.")
    assert stored(application) == ["lms-posted", "lms-signed_in", "x"]
    with application.db.begin() as session:
        assert set(session.scalars(sa.select(MemberEvent.source))) == {"api:crm"}


def test_the_same_call_again_changes_nothing(client: AsgiClient, key: str, application: Application, ana: int) -> None:
    for outcome in ("recorded", "duplicate"):
        assert outcomes(post(client, key, [told("membership.renewed")])) == [("lms-membership.renewed", outcome)]
    with application.db.begin() as session:
        assert session.get_one(Member, ana).renews_on is not None
        # the date came with the record, after the payment that is told of here
        assert str(session.get_one(Member, ana).renews_on) == "2027-03-01"


def test_of_one_call_the_oldest_takes_effect_first(
    client: AsgiClient, key: str, application: Application, ana: int
) -> None:
    later = "2026-11-24T15:00:02Z"
    body = [
        told("membership.renewed", at=later, properties={"renews_on": "2027-12-01"}),
        told("membership.lapsed", at="2026-11-24T15:00:01Z"),
    ]
    answer = post(client, key, body)
    assert [one["why"] for one in answer.json()["outcomes"]] == [None, None]
    with application.db.begin() as session:
        member = session.get_one(Member, ana)
        assert (member.status, str(member.renews_on)) == (MemberStatus.ACTIVE, "2027-12-01")


def test_why_a_membership_did_not_change_is_told(client: AsgiClient, key: str, ana: int) -> None:
    answer = post(client, key, [told("membership.lapsed", at="2020-01-01T00:00:00Z")])
    [one] = answer.json()["outcomes"]
    assert (one["outcome"], one["why"]) == ("recorded", "it was before the member joined")


@pytest.mark.parametrize("body", [b"", b"{", b"[", b'"x"', b"{}", b"null", b"\xff\xfe", b"[" * 100_000], ids=str)
def test_a_body_that_is_no_list_is_refused_whole(
    client: AsgiClient, key: str, application: Application, body: bytes
) -> None:
    answer = post(client, key, body)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("The body is not")
    assert stored(application) == []


def test_a_list_that_is_too_long_is_refused_whole(client: AsgiClient, key: str, application: Application) -> None:
    answer = post(client, key, [None] * 1001)
    assert (answer.status_code, answer.json()["detail"]) == (422, "The body is not a list of at most 1000 events.")
    assert len(outcomes(post(client, key, [None] * 1000))) == 1000


def test_an_empty_list_is_no_mistake(client: AsgiClient, key: str) -> None:
    assert outcomes(post(client, key, [])) == []


def test_a_body_of_more_than_a_megabyte_is_refused(client: AsgiClient, key: str) -> None:
    assert post(client, key, b"[" + b" " * 1_000_000 + b"]").status_code == 413


@pytest.mark.parametrize("key_given", ["", "wrong"])
def test_without_a_valid_key_nothing_is_read(client: AsgiClient, application: Application, key_given: str) -> None:
    assert post(client, key_given, [told()]).status_code == 401
    assert stored(application) == []


@pytest.mark.parametrize(
    "item",
    [
        {"id": "\ud800", "name": "x"},
        {"id": {"a": 1}, "name": ["b"]},
        {"id": "z" * 5000},
        told(properties={"x": 1e400}),
        told(properties={"x": "\0"}),
        told(member_number="\0"),
        told(email="\ud800", member_number=...),
        {**told(), "\ud800": 1},
        told(at="\ud800" * 5000),
    ],
    ids=repr,
)
def test_what_no_database_keeps_is_refused_and_the_others_are_not(
    client: AsgiClient, key: str, ana: int, item: dict[str, Any]
) -> None:
    answer = post(client, key, [item, told("posted")])
    assert [outcome for _, outcome in outcomes(answer)] == ["refused", "recorded"]


def test_the_interface_describes_an_event(client: AsgiClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/api/v1/events"]["post"]
    item = operation["requestBody"]["content"]["application/json"]["schema"]["items"]
    assert set(item["properties"]) == {"id", "member_number", "email", "phone", "name", "at", "properties"}


def csv(folder: Path, *lines: str) -> Path:
    path = folder / "courses.csv"
    path.write_text("\n".join(["id,member_number,name,at,property_course", *lines]), encoding="utf-8")
    return path


ONE, OTHER = f"lms-1,FI-2001,course.completed,{AT},ethics", f"lms-2,FI-9,course.completed,{AT},"


def bring_in(application: Application, file: Path) -> str:
    return events.load(application, file, events.parse(application, file))


def test_a_file_of_events_is_taken_in(application: Application, ana: int, tmp_path: Path) -> None:
    file = csv(tmp_path, ONE, OTHER)
    assert bring_in(application, file) == (
        "1 events recorded, 0 known already, 1 of nobody we know (kept until they are enrolled)."
    )
    assert bring_in(application, file).startswith("0 events recorded, 2 known already")
    with application.db.begin() as session:
        first = session.scalars(sa.select(MemberEvent).where(MemberEvent.dedupe == "lms-1")).one()
        assert (first.member_id, first.properties, first.source) == (ana, {"course": "ethics"}, "import:courses.csv")


def test_a_file_with_a_mistake_names_file_and_line(application: Application, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r'courses\.csv, line 3, at: "soon" is not a moment\.'):
        bring_in(application, csv(tmp_path, ONE, OTHER.replace(AT, "soon")))
    (tmp_path / "courses.csv").write_bytes(b"\xff")
    with pytest.raises(ImportRefused, match=r"courses\.csv: not UTF-8 at byte 0"):
        events.parse(application, tmp_path / "courses.csv")


def test_an_id_of_another_event_keeps_the_whole_file_out(
    client: AsgiClient, key: str, application: Application, ana: int, tmp_path: Path
) -> None:
    post(client, key, [told(id="lms-2")])
    with pytest.raises(ImportRefused, match=r"courses\.csv, line 3, id: it is the id of another event \(signed_in on"):
        bring_in(application, csv(tmp_path, ONE, OTHER))
    assert stored(application) == ["lms-2"]
