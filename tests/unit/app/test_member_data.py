"""All that is held about a member, through the interface and from the command line; and members listed and moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.wiring import Application
from bot.errors import Refused
from bot.model import Member
from tests.support import cast
from tests.support.asgi_client import AsgiClient

JOURNEYS = Path(__file__).parents[3] / "journeys"
BY = ("--by", cast.MARIA)
Msb = Callable[..., str]


def test_the_interface_exports_and_erases(client: AsgiClient, key: str, application: Application) -> None:
    with application.db.begin() as session:
        number = cast.bring(session, application.programme, "Ana", application.clock.now()).id
    auth, at = {"Authorization": f"Bearer {key}"}, f"/api/v1/members/{number}"
    told = client.request("GET", f"{at}/export", headers=auth).json()
    assert told["data"]["member"][0]["first_name"] == "Ana"
    assert client.request("DELETE", at, headers=auth).status_code == 422
    assert client.request("DELETE", f"{at}?confirm=no-Ben", headers=auth).status_code == 409
    done = client.request("DELETE", f"{at}?confirm=no-Ana", headers=auth)
    assert (done.status_code, done.json()["deleted"]["member"]) == (200, 1)
    assert done.json()["conversation_id"] == f"member-{number}"
    assert client.request("GET", f"{at}/export", headers=auth).status_code == 404
    assert client.request("DELETE", f"{at}?confirm=no-Ana").status_code == 401


def test_members_are_listed_and_shown(msb: Msb) -> None:
    assert "no-Ana  Ana Smith" in msb("members", "list", "ana")
    assert "0 of 0" in msb("members", "list", "zoe")
    told = msb("members", "show", "no-Ana")
    assert "Ana Smith (no-Ana), active" in told
    assert cast.NUMBERS["Ana"] in told


def test_a_member_is_moved(msb: Msb, own: Application) -> None:
    assert "in the segment student" in msb("members", "move", "no-Ana", "--segment", "student", *BY)
    with own.db.begin() as session:
        assert session.get_one(Member, 1).segment == "student"
    assert "has entered" in msb("members", "move", "no-Ana", "--start", "engagement", *BY)
    assert "no more" in msb("members", "move", "no-Ana", "--stop", "engagement", *BY)
    with pytest.raises(Refused, match="Say where to"):
        msb("members", "move", "no-Ana", *BY)


def test_a_member_is_exported_into_two_files_and_erased(msb: Msb, tmp_path: Path) -> None:
    printed = msb("members", "export", "no-Ana", *BY).split()
    assert [Path(one).suffix for one in printed] == [".json", ".txt"]
    assert json.loads((tmp_path / printed[0]).read_text(encoding="utf-8"))["about"]["name"] == "Ana Smith"
    assert (tmp_path / printed[1]).stat().st_mode & 0o077 == 0
    told = msb("members", "erase", "no-Ana", *BY)
    assert '--confirm "no-Ana"' in told
    with pytest.raises(Refused, match="no-Ana"):
        msb("members", "erase", "no-Ana", "--confirm", "yes", *BY)
    assert "member-1" in msb("members", "erase", "no-Ana", "--confirm", "no-Ana", *BY)
    assert "0 of 0" in msb("members", "list")
