"""What must not be in a log line is taken out of it, and what an operator needs stays."""

from __future__ import annotations

import random
import string

import pytest
import sqlalchemy as sa
from pydantic import BaseModel, ValidationError

from app.masking import mask, mask_all, mask_event
from bot.db import Database

ANA = "Ana Diaz of Fernhill"
PHONES = (
    "+14155550123", "+1 (415) 555-0123", "415-555-0123", "(415) 555-0123", "0151 23456789", "+49 30 901820",
    "4155550123", "in:sms:+14155550123", "tel:+44.20.7946.0958",
)  # fmt: skip
ADDRESSES = (
    "ana@example.org",
    "a.b+c@mail.example.co.uk",
    "<ana@example.org>",
    "out:email:ana@example.org",
    "ana@intra",
)
SECRETS = (
    "Authorization: Bearer abc.DEF-123",
    "xox" + "b-12345-67890-abcdef",
    "xapp-1-A0-1-f00",
    "https://api.telegram.org/bot123456789:AAF" + "x" * 32 + "/sendMessage",
    "0123456789abcdef0123456789abcdef",
    "postgresql://msb:hunter2@db.internal/msb",
    "access_token=EAAG123abc&x=1",
    "password: hunter2",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig",
    "EAAGm0PX4ZCpsBAKZCZBzZA9mZBqZC4kT8w",
)
KEPT = (
    "2026-11-21T20:00:00+00:00",
    "2026-11-21 20:00:00.123456",
    "bot/lanes/drain.py:137",
    "message 12345678 of a member",
    "connection to 192.168.100.200 refused",
    "HTTP 503 after 12.345 s",
    "action_report_in_progress",
    "test_a_receipt_that_comes_before_its_message_is_kept_for_it",
    "https://bot.example.org/webhooks/telegram",
    "SM" + "0123456789abcdef" * 2,
    "psycopg 3.3.1",
)


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize("around", ["{}", "sending to {} failed", "'{}'", '{{"to": "{}"}}', "{}\n"])
def test_phone_numbers_are_taken_out(phone: str, around: str) -> None:
    digits = [character for character in mask(around.format(phone)) if character.isdigit()]
    assert digits == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_mail_addresses_are_taken_out(address: str) -> None:
    masked = mask(f"no mailbox for {address} here")
    assert "example" not in masked
    assert "@" not in masked
    assert masked.startswith("no mailbox for ")


@pytest.mark.parametrize("text", SECRETS)
def test_tokens_are_taken_out(text: str) -> None:
    masked = mask(text)
    assert "[token]" in masked or "[secret]" in masked
    for part in ("hunter2", "EAAG", "DEF-123", "67890", "f00", "xxxx", "cdef0123", "eyJ"):
        assert part not in masked


@pytest.mark.parametrize("text", KEPT)
def test_what_an_operator_needs_stays(text: str) -> None:
    assert mask(text) == text


def test_a_known_secret_is_taken_out_whatever_it_looks_like() -> None:
    assert mask("the word is swordfish", ["swordfish"]) == "the word is [secret]"


def test_texts_are_found_at_any_depth_and_numbers_stay() -> None:
    value = {"a": ["+14155550123", {"b": ("ana@example.org", 14155550123)}], "c": None, "d": 1.5, "e": True}
    assert mask_all(value) == {"a": ["[phone]", {"b": ["[e-mail]", 14155550123]}], "c": None, "d": 1.5, "e": True}


def test_what_we_make_ourselves_is_left_alone() -> None:
    event = {"correlation": "in-1234567890", "timestamp": "2026-11-21T20:00:00Z", "event": "sent to +14155550123"}
    assert mask_event(event) == {**event, "event": "sent to [phone]"}


def test_random_numbers_and_addresses_never_get_through() -> None:
    draw = random.Random(7)  # noqa: S311 - the same every time
    for _ in range(2000):
        number = "+" + "".join(draw.choices(string.digits, k=draw.randint(9, 15)))
        name = "".join(draw.choices(string.ascii_letters + string.digits + "._+-", k=draw.randint(1, 20)))
        masked = mask(f"{draw.choice(['to', 'for', 'x='])} {number} {name}@{draw.choice(['x.org', 'mail.y.co'])}.")
        assert number[1:] not in masked
        assert "@" not in masked


def test_a_refused_row_is_not_quoted(db: Database) -> None:
    """The database's own words name the value that was there already; SQLAlchemy would add all others."""
    for refused in ("insert into said values (:words), (:words)", "insert into said values (:words), (null)"):
        with db.engine.connect() as connection:
            connection.execute(sa.text("create temporary table said (words varchar unique not null)"))
            with pytest.raises(sa.exc.IntegrityError) as caught:
                connection.execute(sa.text(refused), {"words": ANA})
            connection.rollback()
        assert "Ana Diaz" not in mask(str(caught.value))


def test_what_a_validator_refused_is_not_quoted() -> None:
    class Form(BaseModel):
        number: int

    with pytest.raises(ValidationError) as caught:
        Form.model_validate({"number": "I am Ana, and I can't come"})
    assert "Ana" not in mask(str(caught.value))
