"""The programming interface for the organisation's own systems."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import date
from typing import Annotated, Self

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Header, HTTPException, Request, status
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from app.wiring import Application
from bot.errors import Refused
from bot.members import fields
from bot.members.enrol import enrol
from bot.members.table import MemberRow
from bot.model import ApiKey

VERSION = "0.1.0"


def _checked(check: Callable[[str], str], value: str) -> str:
    try:
        return check(value)
    except fields.FieldRefused as error:
        raise ValueError(str(error)) from error


class NewMember(BaseModel):
    """A member as the organisation's own system knows them."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    member_number: Annotated[str, Field(min_length=1, max_length=64, examples=["FI-2001"])]
    first_name: Annotated[str, Field(min_length=1, max_length=100)]
    last_name: Annotated[str, Field(min_length=1, max_length=100)]
    phone: Annotated[str | None, Field(examples=["+12025550143"])] = None
    email: str | None = None
    time_zone: Annotated[str, Field(examples=["America/New_York"])]
    language: str = "en"
    joined_on: date
    consent_sms: Annotated[bool, Field(description="Whether the member agreed to text messages.")]
    consent_email: Annotated[bool, Field(description="Whether the member agreed to e-mail.")] = False
    consent_voice: Annotated[bool, Field(description="Whether the member agreed to calls at their phone.")] = False
    consent_source: Annotated[str, Field(description="Where they agreed, for the consent ledger.")] = "api"
    account: str | None = None
    msm: Annotated[str | None, Field(description="E-mail address of their Member Success Manager.")] = None
    traits: dict[str, str] = {}

    @field_validator("phone", "email", "time_zone", "language", "msm")
    @classmethod
    def _check(cls, value: str | None, info: object) -> str | None:
        name = getattr(info, "field_name", "")
        checks = {
            "phone": fields.check_phone,
            "time_zone": fields.check_time_zone,
            "language": fields.check_language,
            "email": fields.check_email,
            "msm": fields.check_email,
        }
        return None if value is None else _checked(checks[name], value)

    @field_validator("first_name", "last_name")
    @classmethod
    def _check_name(cls, value: str) -> str:
        return _checked(fields.check_name, value)

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.consent_sms and not self.phone:
            raise ValueError("consent to text messages needs a phone number")
        if self.consent_voice and not self.phone:
            raise ValueError("consent to calls needs a phone number")
        if self.consent_email and not self.email:
            raise ValueError("consent to e-mail needs an e-mail address")
        if not self.phone and not self.email:
            raise ValueError("a member needs a phone number or an e-mail address")
        return self

    def row(self) -> MemberRow:
        values = self.model_dump()
        account = {"account": self.account} if self.account else {}
        return MemberRow(line=0, **{**values, "traits": {**self.traits, **account}})


class Enrolment(BaseModel):
    """What became of it."""

    member_id: int
    created: bool


def digest(key: str) -> str:
    """What is kept of a key. It is random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def create_key(application: Application, name: str) -> str:
    """Makes a key and returns it; it can't be read again."""
    key = f"msb_{secrets.token_urlsafe(32)}"
    with application.db.begin() as session:
        session.add(ApiKey(name=name, digest=digest(key), created_at=application.clock.now()))
    return key


def application_of(request: Request) -> Application:
    """The application that the gateway was made for."""
    application: Application = request.app.state.application
    return application


Wired = Annotated[Application, Depends(application_of)]


def caller(application: Wired, authorization: Annotated[str, Header()] = "") -> str:
    """The name of the key that the call brings as ``Authorization: Bearer KEY``; 401 without a valid one."""
    scheme, _, key = authorization.partition(" ")
    known = sa.select(ApiKey.name).where(ApiKey.digest == digest(key.strip()), ApiKey.revoked_at.is_(None))
    with application.db.begin() as session:
        name = session.scalars(known).first() if scheme.lower() == "bearer" and key else None
    if name is None:
        headers = {"WWW-Authenticate": "Bearer"}
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "A valid API key is needed.", headers)
    return name


router = APIRouter(prefix="/api/v1", tags=["members"])


@router.post("/members", status_code=status.HTTP_201_CREATED)
def add_member(member: NewMember, name: Annotated[str, Depends(caller)], application: Wired) -> Enrolment:
    """Adds a member, or updates the one with the same number, and starts their journey."""
    source, now = f"api:{name}", application.clock.now()
    try:
        with application.db.begin() as session:
            taken = enrol(session, application.programme, member.row(), source=source, now=now)
    except Refused as refused:
        raise HTTPException(status.HTTP_409_CONFLICT, str(refused)) from refused
    return Enrolment(member_id=taken.member_id, created=taken.is_new)
