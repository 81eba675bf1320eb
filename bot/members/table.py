"""A file of members (CSV text) as checked rows. Nothing here touches the database.

Required columns: ``member_number, first_name, last_name, phone, time_zone, joined_on, consent_sms, consent_source``.
Optional: ``email, language (default en), account, msm`` (an e-mail address), ``consent_email, consent_voice`` (whether
the member agreed to e-mail, and to calls at their phone; yes or no, default no), ``renews_on`` (a day), ``country``
(``US``, ``US-WA``), ``date_...`` for other days that steps may count from, and ``trait_...`` for whatever else is
known; ``trait_segment`` names the segment, in place of the rules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.members import fields, segments
from bot.sheet import Cells, Columns, RowError, read

TRAIT, DATE = "trait_", "date_"
COLUMNS = Columns(
    rows="members",
    required=(
        "member_number",
        "first_name",
        "last_name",
        "phone",
        "time_zone",
        "joined_on",
        "consent_sms",
        "consent_source",
    ),
    optional=("email", "language", "account", "msm", "consent_email", "consent_voice", "renews_on", "country"),
    prefixes=(TRAIT, DATE),
)
# What each consent is to: the column of the address, the way of contact, and what such an address is called.
AGREED = {
    "consent_sms": ("phone", "texts", "number"),
    "consent_voice": ("phone", "calls", "number"),
    "consent_email": ("email", "e-mail", "address"),
}
# No two members may share these: an answer must belong to one person.
UNIQUE = ("member_number", "phone", "email")


@dataclass(frozen=True)
class MemberRow:
    """One member, every value checked and in its one form. `line` is where the row starts in the file."""

    line: int
    member_number: str
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    time_zone: str
    language: str
    account: str | None
    joined_on: date
    consent_sms: bool
    consent_source: str | None
    msm: str | None
    traits: Mapping[str, str]
    """Without the prefix: ``trait_career_stage`` is ``career_stage``; `account` is there too when there is one."""
    consent_email: bool = False
    consent_voice: bool = False
    renews_on: date | None = None
    country: str | None = None
    dates: Mapping[str, date] = field(default_factory=dict)
    """Without the prefix: ``date_exam`` is ``exam``."""


@dataclass(frozen=True)
class Parsed:
    """The good rows and everything that is wrong; import only when there are no errors."""

    rows: list[MemberRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def read_members(text: str, *, today: date, segment_keys: Collection[str] = ()) -> Parsed:
    """Checks a whole file. `today` is what relative days (``today``, ``-3d``) count from.

    `segment_keys` are what ``trait_segment`` may name; without them any name is let through.
    """
    parsed = Parsed()
    seen: dict[tuple[str, str], int] = {}
    for cells in read(text, COLUMNS, parsed.errors):
        row = _Reader(cells, today, segment_keys).read()
        if row is not None and not _repeats(row, seen, parsed.errors):
            parsed.rows.append(row)
    return parsed


def _repeats(row: MemberRow, seen: dict[tuple[str, str], int], errors: list[RowError]) -> bool:
    repeated = False
    for column in UNIQUE:
        value = getattr(row, column)
        first = seen.setdefault((column, value), row.line) if value else row.line
        if first != row.line:
            repeated = True
            remedy = "Keep one of the two, or correct the value."
            errors.append(RowError(row.line, column, f'"{value}" is already on line {first}', remedy))
    return repeated


class _Reader:
    """Reads one record."""

    def __init__(self, cells: Cells, today: date, segment_keys: Collection[str]) -> None:
        self.cells, self.today, self.segment_keys = cells, today, segment_keys

    def read(self) -> MemberRow | None:
        """The member, or None when anything was wrong."""
        found = {**self._person(), **self._membership(), **self._agreed()}
        self._check_consent([name for name in AGREED if found[name]])
        if not self.cells.has("phone") and not self.cells.has("email"):
            self.cells.refuse("phone", "there is neither a phone number nor an e-mail address", "Give at least one.")
        return MemberRow(line=self.cells.line, **found) if self.cells.are_good else None

    def _person(self) -> dict[str, Any]:
        cells = self.cells
        return {
            "member_number": cells.must("member_number", fields.check_name),
            "first_name": cells.must("first_name", fields.check_name),
            "last_name": cells.must("last_name", fields.check_name),
            "email": cells.take("email", fields.check_email),
            "phone": cells.take("phone", fields.check_phone),
            "time_zone": cells.must("time_zone", fields.check_time_zone),
            "country": cells.take("country", fields.check_country),
            "language": cells.take("language", fields.check_language) or "en",
        }

    def _membership(self) -> dict[str, Any]:
        cells = self.cells
        account = cells.take("account", fields.check_name)
        if self.segment_keys:
            cells.take(f"{TRAIT}{segments.TRAIT}", lambda text: segments.check(text, self.segment_keys))
        traits = cells.starting(TRAIT)
        dates = {name: cells.take(f"{DATE}{name}", self._day) for name in cells.starting(DATE)}
        return {
            "account": account,
            "joined_on": cells.must("joined_on", self._day),
            "renews_on": cells.take("renews_on", self._day),
            "dates": dates,
            "msm": cells.take("msm", fields.check_email),
            "traits": {**traits, "account": account} if account else traits,
        }

    def _agreed(self) -> dict[str, Any]:
        cells = self.cells
        return {
            "consent_sms": cells.must("consent_sms", fields.check_yes_no),
            "consent_email": cells.take("consent_email", fields.check_yes_no) or False,
            "consent_voice": cells.take("consent_voice", fields.check_yes_no) or False,
            "consent_source": cells.take("consent_source", fields.check_name),
        }

    def _day(self, text: str) -> date:
        return fields.check_day(text, today=self.today)

    def _check_consent(self, given: Sequence[str]) -> None:
        for name in given:
            needed, what, kind = AGREED[name]
            if not self.cells.has(needed):
                self.cells.refuse(
                    needed, f"there is consent to {what} and no {kind}", f"Add the {kind}, or {name}: no."
                )
        if given and not self.cells.has("consent_source"):
            remedy = "Say where and when the member agreed: web form 2026-03-31."
            self.cells.refuse("consent_source", "consent needs its source", remedy)
