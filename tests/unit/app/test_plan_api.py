"""The plan of a member in the programming interface."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import Response

from app.wiring import Application
from bot.model import Member
from bot.outreach.plan import plan_of
from bot.outreach.reach import Reach
from tests.support.asgi_client import AsgiClient
from tests.support.fake_channel import FakeChannel
from tests.unit.app.test_api import post


@pytest.fixture
def member_id(client: AsgiClient, key: str, application: Application) -> int:
    application.channels["sms"] = FakeChannel()
    return int(post(client, key).json()["member_id"])


def read(client: AsgiClient, key: str, member_id: int, query: str = "") -> Response:
    return client.get(f"/api/v1/members/{member_id}/plan{query}", headers={"Authorization": f"Bearer {key}"})


def test_the_plan_of_a_member_is_that_of_the_programme(
    client: AsgiClient, key: str, application: Application, member_id: int
) -> None:
    answer = read(client, key, member_id)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    with application.db.begin() as session:
        member = session.get_one(Member, member_id)
        plan = plan_of(session, application.programme, Reach(application.channels), member, application.clock.now())
    assert (body["member"], body["time_zone"]) == ("Ana Souza", "America/New_York")
    assert [one["text"] for one in body["coming"]] == [one.text for one in plan.coming]
    first = next(one for one in body["coming"] if one["kind"] == "message")
    assert (first["channel"], first["address"], first["journey"]) == ("sms", "...0143", plan.ways[0].journey)
    assert [one["reason"] for one in first["skips"]] == ["no_address"] * len(first["skips"])
    assert body["ways"][0]["in_hand"]
    assert body["surveys"][0]["survey"] == plan.surveys[0].survey
    assert body["history"]


def test_no_whole_address_is_in_a_plan(client: AsgiClient, key: str, member_id: int) -> None:
    assert "12025550143" not in read(client, key, member_id, "?history=0").text


def test_how_far_to_look_can_be_said(client: AsgiClient, key: str, member_id: int) -> None:
    near = read(client, key, member_id, "?days=0&history=1").json()
    assert len(near["history"]) == 1
    assert near["until"] == near["at"]


@pytest.mark.parametrize("query", ["?days=61", "?days=-1", "?history=1001"])
def test_what_is_out_of_bounds_is_refused(client: AsgiClient, key: str, member_id: int, query: str) -> None:
    assert read(client, key, member_id, query).status_code == 422


def test_a_member_who_does_not_exist_has_no_plan(client: AsgiClient, key: str) -> None:
    assert read(client, key, 999).status_code == 404


def test_without_a_key_there_is_no_plan(client: AsgiClient, member_id: int) -> None:
    assert read(client, "msb_wrong", member_id).status_code == 401


def test_the_interfaces_own_page_documents_it(client: AsgiClient) -> None:
    described = client.get("/openapi.json").json()
    assert "/api/v1/members/{member_id}/plan" in described["paths"]
    assert {"PlanBody", "ComingBody", "HeldBody"} <= described["components"]["schemas"].keys()
