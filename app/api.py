"""The programming interface for the organisation's own systems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Self, TypeVar

from fastapi import APIRouter, HTTPException, status
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from app.api_keys import Caller, Wired
from bot.errors import Refused
from bot.members import fields, segments
from bot.members.enrol import enrol
from bot.members.table import MemberRow

VERSION = "0.1.0"

T = TypeVar("T")


def _checked(check: Callable[[str], T], value: str) -> T:
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
    renews_on: Annotated[date | None, Field(description="The renewal date; left out: as it is known.")] = None
    country: Annotated[str | None, Field(examples=["US", "US-WA"], description="For public holidays.")] = None
    dates: Annotated[
        dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")], date],
        Field(description="Other days that steps may count from, by name.", examples=[{"exam": "2027-05-04"}]),
    ] = {}
    consent_sms: Annotated[bool, Field(description="Whether the member agreed to text messages.")]
    consent_email: Annotated[bool, Field(description="Whether the member agreed to e-mail.")] = False
    consent_voice: Annotated[bool, Field(description="Whether the member agreed to calls at their phone.")] = False
    consent_source: Annotated[str, Field(description="Where they agreed, for the consent ledger.")] = "api"
    account: str | None = None
    msm: Annotated[str | None, Field(description="E-mail address of their Member Success Manager.")] = None
    traits: Annotated[
        dict[str, str],
        Field(description="What segments ask about; `segment` names the segment, in place of the rules."),
    ] = {}

    @field_validator("phone", "email", "time_zone", "language", "msm", "country")
    @classmethod
    def _check(cls, value: str | None, info: object) -> str | None:
        name = getattr(info, "field_name", "")
        checks = {
            "phone": fields.check_phone,
            "time_zone": fields.check_time_zone,
            "language": fields.check_language,
            "email": fields.check_email,
            "msm": fields.check_email,
            "country": fields.check_country,
        }
        return None if value is None else _checked(checks[name], value)

    @field_validator("first_name", "last_name")
    @classmethod
    def _check_name(cls, value: str) -> str:
        return _checked(fields.check_name, value)

    @field_validator("joined_on", "renews_on", "dates")
    @classmethod
    def _check_days(cls, value: date | dict[str, date] | None) -> date | dict[str, date] | None:
        for day in value.values() if isinstance(value, dict) else [value] if value else []:
            _checked(fields.check_calendar_day, day.isoformat())
        return value

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


router = APIRouter(prefix="/api/v1", tags=["members"])


@router.post("/members", status_code=status.HTTP_201_CREATED)
def add_member(member: NewMember, name: Caller, application: Wired) -> Enrolment:
    """Adds a member, or updates the one with the same number, and starts their journey."""
    source, now = f"api:{name}", application.clock.now()
    _check_segment(member.traits.get(segments.TRAIT), segments.keys(application.programme))
    try:
        with application.db.begin() as session:
            taken = enrol(session, application.programme, member.row(), source=source, now=now)
    except Refused as refused:
        raise HTTPException(status.HTTP_409_CONFLICT, str(refused)) from refused
    return Enrolment(member_id=taken.member_id, created=taken.is_new)


def _check_segment(named: str | None, known: tuple[str, ...]) -> None:
    """Which segments there are is known here only, and a wrong one is told like any other wrong value."""
    if not named:
        return
    try:
        segments.check(named, known)
    except fields.FieldRefused as refused:
        place = ("body", "traits", segments.TRAIT)
        raise RequestValidationError([{"type": "value_error", "loc": place, "msg": str(refused)}]) from refused
