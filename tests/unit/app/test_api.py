"""The programming interface: who may call it, what it takes, what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from httpx import Response

from app.api_keys import create_key, digest
from app.wiring import Application
from bot.model import ApiKey, AuditEntry, CheckIn, ConsentEvent, ContactPoint, Member
from tests.support.asgi_client import AsgiClient
from tests.support.house import TUESDAY

ANA: dict[str, Any] = {
    "member_number": "FI-2001",
    "first_name": "Ana",
    "last_name": "Souza",
    "phone": "+1 202 555 0143",
    "time_zone": "America/New_York",
    "joined_on": "2026-11-22",
    "consent_sms": True,
    "consent_source": "web form",
    "msm": "Maria@Example.org",
    "traits": {"career_stage": "student"},
}


def post(client: AsgiClient, key: str, **changes: Any) -> Response:
    body = {name: value for name, value in {**ANA, **changes}.items() if value is not ...}
    return client.post("/api/v1/members", json=body, headers={"Authorization": f"Bearer {key}"})


def test_a_member_is_added_and_their_journey_starts(client: AsgiClient, key: str, application: Application) -> None:
    answer = post(client, key)
    assert (answer.status_code, answer.json()["created"]) == (201, True)
    with application.db.begin() as session:
        member = session.get_one(Member, answer.json()["member_id"])
        assert (member.first_name, member.segment, member.traits) == ("Ana", "student", {"career_stage": "student"})
        assert session.scalars(sa.select(ContactPoint.address)).one() == "+12025550143"
        assert session.scalars(sa.select(CheckIn.step)).one() == "first_sign_in"
        assert (
            session.scalars(sa.select(AuditEntry.actor).where(AuditEntry.action == "member.enrolled")).one()
            == "api:crm"
        )


def test_the_same_member_again_is_updated(client: AsgiClient, key: str) -> None:
    first = post(client, key)
    again = post(client, key, first_name="Anna")
    assert again.status_code == 201
    assert again.json() == {"member_id": first.json()["member_id"], "created": False}


def test_consent_to_email_and_calls_is_taken_and_is_no_without_a_word(
    client: AsgiClient, key: str, application: Application
) -> None:
    post(client, key, email="ana@example.org")
    with application.db.begin() as session:
        points = {point.channel: point.consented_at for point in session.scalars(sa.select(ContactPoint))}
    assert points["email"] is None
    assert "voice" not in points
    assert post(client, key, email="ana@example.org", consent_email=True, consent_voice=True).status_code == 201
    with application.db.begin() as session:
        agreed = {p.channel for p in session.scalars(sa.select(ContactPoint)) if p.consented_at is not None}
        wording = set(session.scalars(sa.select(ConsentEvent.wording)))
    assert (agreed, wording) == ({"sms", "email", "voice"}, {"web form"})


def test_renewal_country_other_dates_and_a_segment_that_is_named(
    client: AsgiClient, key: str, application: Application
) -> None:
    more: dict[str, Any] = {"renews_on": "2027-03-01", "country": "us-wa", "dates": {"exam": "2027-05-04"}}
    segments = [segment.key for segment in application.programme.segments]
    answer = post(client, key, **more, traits={"career_stage": "student", "segment": segments[-1]})
    assert answer.status_code == 201, answer.text
    with application.db.begin() as session:
        member = session.get_one(Member, answer.json()["member_id"])
        assert (str(member.renews_on), member.country, member.dates) == ("2027-03-01", "US-WA", {"exam": "2027-05-04"})
        assert member.segment == segments[-1]


@pytest.mark.parametrize(
    "changes", [{"consent_email": True}, {"consent_voice": True, "phone": ..., "email": "a@b.org"}]
)
def test_consent_needs_an_address(client: AsgiClient, key: str, changes: dict[str, Any]) -> None:
    answer = post(client, key, **{"consent_sms": False, **changes})
    assert answer.status_code == 422
    assert "needs" in answer.json()["detail"][0]["msg"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic {key}"},
        {"Authorization": "{key}"},
    ],
    ids=str,
)
def test_without_a_valid_key_nothing_happens(
    client: AsgiClient, key: str, application: Application, headers: dict[str, str]
) -> None:
    given = {name: value.replace("{key}", key) for name, value in headers.items()}
    answer = client.post("/api/v1/members", json=ANA, headers=given)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    with application.db.begin() as session:
        assert session.scalars(sa.select(Member)).all() == []


def test_a_revoked_key_opens_nothing(client: AsgiClient, key: str, application: Application) -> None:
    with application.db.begin() as session:
        session.execute(sa.update(ApiKey).values(revoked_at=TUESDAY))
    assert post(client, key).status_code == 401


def test_of_a_key_only_its_digest_is_kept(application: Application) -> None:
    key = create_key(application, "another")
    with application.db.begin() as session:
        row = session.scalars(sa.select(ApiKey).where(ApiKey.name == "another")).one()
        assert row.digest == digest(key)
        assert len(row.digest) == 64
        kept = [str(getattr(row, column.key)) for column in ApiKey.__table__.columns]
    assert all(key not in value for value in kept)


def test_no_two_keys_are_the_same(application: Application) -> None:
    assert create_key(application, "one") != create_key(application, "two")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "0143"}, "phone"),
        ({"phone": "+1202555"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"time_zone": "EST5EDT4"}, "time_zone"),
        ({"time_zone": ...}, "time_zone"),
        ({"joined_on": "yesterday"}, "joined_on"),
        ({"consent_sms": "perhaps"}, "consent_sms"),
        ({"member_number": "  "}, "member_number"),
        ({"first_name": ""}, "first_name"),
        ({"language": "English!"}, "language"),
        ({"nickname": "Annie"}, "nickname"),
        ({"traits": {"age": 3}}, "traits"),
        ({"traits": {"segment": "nobody"}}, "segment"),
        ({"renews_on": "soon"}, "renews_on"),
        ({"renews_on": "9999-12-31"}, "renews_on"),
        ({"country": "Gotham"}, "country"),
        ({"dates": {"exam": "May"}}, "dates"),
        ({"dates": {"Exam day": "2027-05-04"}}, "dates"),
        ({"dates": {"exam": "9999-05-04"}}, "dates"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(client: AsgiClient, key: str, changes: dict[str, Any], field: str) -> None:
    answer = post(client, key, **changes)
    assert answer.status_code == 422
    assert field in [str(part) for problem in answer.json()["detail"] for part in problem["loc"]]


def test_somebody_elses_number_is_refused(client: AsgiClient, key: str) -> None:
    post(client, key)
    post(client, key, member_number="FI-2002", phone="+12025550144")
    answer = post(client, key, phone="+12025550144")
    assert answer.status_code == 409
    assert "another member" in answer.json()["detail"]


def test_the_interface_describes_itself(client: AsgiClient) -> None:
    described = client.get("/openapi.json").json()
    assert "post" in described["paths"]["/api/v1/members"]
