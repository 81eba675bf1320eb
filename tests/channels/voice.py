"""A member whose rung is a phone call, and the phones of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from bot.lanes.drain import Drainer
from bot.model import (
    Base,
    Call,
    CheckIn,
    CheckInState,
    ContactPoint,
    HandOff,
    Member,
    OutboxMessage,
    Purpose,
    Touch,
    TouchState,
)
from bot.outbox.deliver import DeliveryHandler
from bot.outbox.enqueue import Message, enqueue
from channels.voice import EDGE
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.channels.world import NOW, World, make_world
from tests.support import cast
from tests.support.sandbox_server import address_of, free_socket, serve
from tests.support.small_programme import ladder, make_programme, rung

ANA, MARIA = cast.NUMBERS["Ana"], "+12025550190"
OURS = "+15005550006"
TEXT = "Hi Ana, Compass here. Is your form done?"
RUNGS = ladder(rung("voice", wait="1d"), rung("sms", wait="2d"))


def voice_world(folder: Path, **changes: Any) -> World:
    """Ana is enrolled and looked after by Maria, who has a phone."""
    world = make_world(folder, voice_from=OURS, voice_per_second=1000, **changes)
    world.programme = make_programme(ladders={"standard": RUNGS})
    with world.db.begin() as session:
        maria = cast.colleague(session)
        maria.phone = MARIA
        member = cast.bring(session, world.programme, "Ana", NOW, joined_on=NOW.date() - timedelta(days=2))
        session.add(ContactPoint(member_id=member.id, channel="voice", address=ANA, consented_at=NOW))
    return world


def due_call(world: World) -> int:
    """The rung that calls Ana is queued, as a climb queues it; returns the message's id."""
    with world.db.begin() as session:
        check_in = session.scalars(sa.select(CheckIn)).one()
        check_in.state, check_in.opened_at = CheckInState.OPEN, NOW
        check_in.ladder = world.programme.ladders["standard"].for_segment("").model_dump(mode="json")
        check_in.rung, check_in.next_touch_at = 1, NOW + timedelta(days=1)
        touch = Touch(
            check_in_id=check_in.id,
            member_id=check_in.member_id,
            rung=0,
            channel="voice",
            sender="Compass",
            state=TouchState.QUEUED,
            attempt=1,
            changed_at=NOW,
        )
        session.add(touch)
        session.flush()
        message = Message(
            channel="voice",
            address=ANA,
            purpose=Purpose.TOUCH,
            rule="check_in:form:rung 1",
            dedupe=f"touch:{touch.id}:1",
            text=TEXT,
            member_id=check_in.member_id,
            touch_id=touch.id,
        )
        row = enqueue(session, message, now=NOW, wall=NOW)
    assert row is not None
    return row


def deliveries(world: World) -> Drainer:
    handler = DeliveryHandler({"voice": EDGE.make(world.settings)}, world.programme, 6)
    return Drainer(world.db, handler, world.clock, timedelta(seconds=30))


def voice_gateway(world: World) -> FastAPI:
    app = FastAPI()
    app.include_router(EDGE.router(world))
    return app


@dataclass
class Phones:
    """Ana's phone and Maria's, and what the bot made of it."""

    world: World
    http: httpx.Client
    lane: Drainer

    def work(self) -> None:
        for _ in range(20):
            assert self.get("idle", wait=10)["idle"]
            if not self.lane.run_one():
                return
        raise AssertionError("it never comes to rest")

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/sandbox/{path}", params=query).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        return self.http.post(f"/sandbox/{path}", json=body).raise_for_status().json()

    def does(self, number: str, what: str, **body: Any) -> None:
        """Somebody does something with a phone, and everything that follows from it happens."""
        self.post(f"calls/{number}/{what}", **body)
        self.work()

    def presses(self, number: str, digits: str) -> None:
        self.does(number, "keys", digits=digits)

    def leg(self, number: str) -> Any:
        return self.get(f"calls/{number}")

    def heard(self, number: str) -> str:
        return " ".join(self.leg(number)["heard"])

    def ringing(self) -> list[str]:
        return [call["to"] for call in self.get("calls", ringing=True)["calls"]]

    def calls_to(self, number: str) -> int:
        return sum(call["to"] == number for call in self.get("calls")["calls"])

    def one(self, model: type[Base]) -> Any:
        [row] = self.world.rows(model)
        return row

    def call(self) -> Call:
        found: Call = self.one(Call)
        return found

    def message(self) -> OutboxMessage:
        return next(row for row in self.world.outbox() if row.channel == "voice")

    def check_in(self) -> CheckIn:
        found: CheckIn = self.world.rows(CheckIn)[0]
        return found

    def touch(self) -> Touch:
        found: Touch = self.one(Touch)
        return found

    def cases(self) -> list[HandOff]:
        return self.world.rows(HandOff)

    def ana(self) -> Member:
        found: Member = self.one(Member)
        return found


@contextmanager
def phones(folder: Path, **changes: Any) -> Iterator[Phones]:
    """Gateway and sandbox on real sockets; the call of Ana's rung rings already."""
    gateway, bound = FastAPI(), free_socket()
    with serve(gateway) as gateway_url:
        base = address_of(bound)
        world = voice_world(folder, public_base_url=gateway_url, twilio_api_base=f"{base}/twilio", **changes)
        gateway.include_router(EDGE.router(world))
        settings = SandboxSettings(
            public_base_url=gateway_url,
            twilio_account_sid=world.settings.twilio_account_sid,
            twilio_auth_token=world.settings.twilio_auth_token.get_secret_value(),
            sandbox_port=int(base.rpartition(":")[2]),
            sandbox_receipt_delay=0,
        )
        with serve(create_app(settings, world.clock), bound) as url, httpx.Client(base_url=url, timeout=15) as http:
            yield Phones(world, http, deliveries(world))
        world.db.close()


def tree(document: str) -> ElementTree.Element:
    """The TwiML, for looking into it."""
    return ElementTree.fromstring(document)  # noqa: S314 - our own


def verbs(document: str) -> list[str]:
    return [child.tag for child in tree(document)]


def spoken(document: str) -> str:
    return " ".join(element.text or "" for element in tree(document).iter("Say"))
