"""What the tests of the channels start from: settings, a real database file, a clock, a member, a case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.orm import Session

from bot.config import Settings
from bot.db import Database
from bot.handoff.cases import Need, open_case
from bot.model import Base, HandOffReason, InboxMessage, Member, OutboxMessage, OutboxState, Purpose, Staff
from bot.outbox.enqueue import Message, enqueue
from bot.programme.loader import load_programme
from bot.programme.models import Programme
from tests.support.sandbox_clock import StillClock

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "contracts"
NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
ACCOUNT = "AC" + "0" * 32
TOKEN = "twilio_test_auth_token"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
STAFF_CHANNEL = "C0HANDOFF"
PHONE = "+14155550123"


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def cases(name: str) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = fixture(name)["cases"]
    return content


def make_settings(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "public_base_url": "https://bot.example.org",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": SecretStr(TOKEN),
        "twilio_from": "+15005550006",
        "slack_bot_token": SecretStr("test-bot-token"),
        "slack_signing_secret": SecretStr(SECRET),
        "slack_channel": STAFF_CHANNEL,
        "slack_member_bot_token": SecretStr("member-bot-token"),
        "slack_member_signing_secret": SecretStr(SECRET),
        "send_timeout_seconds": 2.0,
        **changes,
    }
    return Settings(_env_file=None, **values)


@dataclass
class World:
    settings: Settings
    db: Database
    clock: StillClock
    programme: Programme

    def rows(self, model: type[Base]) -> list[Any]:
        with self.db.begin() as session:
            return list(session.scalars(sa.select(model).order_by(sa.inspect(model).primary_key[0])))

    def inbox(self) -> list[InboxMessage]:
        return self.rows(InboxMessage)

    def outbox(self) -> list[OutboxMessage]:
        return self.rows(OutboxMessage)

    def new_member(self, first_name: str = "Ana") -> int:
        with self.db.begin() as session:
            member = Member(
                first_name=first_name,
                last_name="Diaz",
                segment="student",
                time_zone="America/Los_Angeles",
                language="en",
                joined_on=date(2026, 11, 1),
                created_at=NOW,
            )
            session.add(member)
            session.flush()
            return member.id

    def new_colleague(self, name: str, user: str) -> int:
        with self.db.begin() as session:
            person = Staff(email=f"{name.lower()}@example.org", name=name, slack_user=user)
            session.add(person)
            session.flush()
            return person.id

    def new_case(self, member_id: int | None = None, summary: str = "Two messages, no answer.") -> int:
        with self.db.begin() as session:
            member = session.get(Member, member_id) if member_id else None
            need = Need(HandOffReason.SILENT, summary, "sms", PHONE, member)
            return open_case(session, need, self.programme, now=NOW, wall=NOW).id

    def card_is_posted(self, case_id: int, ts: str) -> None:
        """As if Slack had taken the case's first card under `ts`."""
        with self.db.begin() as session:
            found = sa.select(OutboxMessage).where(OutboxMessage.hand_off_id == case_id).order_by(OutboxMessage.id)
            card = session.scalars(found).all()[0]
            card.provider_id, card.state = f"{STAFF_CHANNEL}:{ts}", OutboxState.SENT

    def enqueue_text(self, text: str, dedupe: str = "one", **body: Any) -> int:
        message = Message("sms", PHONE, Purpose.REPLY, "test", dedupe, text=text, body=body)
        with self.db.begin() as session:
            row = enqueue(session, message, now=NOW, wall=NOW)
        assert row is not None
        return row


def with_channel(programme: Programme, team: str, channel: str) -> Programme:
    """The programme, with a Slack channel of this team's own."""
    teams = {**programme.inbox.teams}
    teams[team] = teams[team].model_copy(update={"slack_channel": channel})  # type: ignore[index]
    return programme.model_copy(update={"inbox": programme.inbox.model_copy(update={"teams": teams})})


def message(session: Session, row: int) -> OutboxMessage:
    return session.get_one(OutboxMessage, row)


def make_world(folder: Path, **changes: Any) -> World:
    db = Database(f"sqlite:///{folder / 'test.db'}")
    Base.metadata.create_all(db.engine)
    return World(make_settings(**changes), db, StillClock(NOW), load_programme(ROOT / "journeys"))
