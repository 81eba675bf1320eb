"""A file of members (CSV text) as checked rows. Nothing here touches the database.

Columns in any order; comma, semicolon or tab between them; a byte-order mark is allowed. Required:
``member_number, first_name, last_name, phone, time_zone, joined_on, consent_sms, consent_source``. Optional:
``email, language (default en), account, msm`` (an e-mail address), ``consent_email, consent_voice`` (whether the member
agreed to e-mail, and to calls at their phone; yes or no, default no), and ``trait_...`` for whatever else is known.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar

from bot.members import fields
from bot.members.fields import FieldRefused

REQUIRED = (
    "member_number",
    "first_name",
    "last_name",
    "phone",
    "time_zone",
    "joined_on",
    "consent_sms",
    "consent_source",
)
OPTIONAL = ("email", "language", "account", "msm", "consent_email", "consent_voice")
TRAIT = "trait_"
# What each consent is to: the column of the address, the way of contact, and what such an address is called.
AGREED = {
    "consent_sms": ("phone", "texts", "number"),
    "consent_voice": ("phone", "calls", "number"),
    "consent_email": ("email", "e-mail", "address"),
}
# No two members may share these: an answer must belong to one person.
UNIQUE = ("member_number", "phone", "email")

T = TypeVar("T")


@dataclass(frozen=True)
class RowError:
    """What is wrong in the file. `line` counts from 1; `column` is None when it is about the whole line."""

    line: int
    column: str | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.column}' if self.column else ''}: {self.problem}. {self.remedy}"


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


@dataclass(frozen=True)
class Parsed:
    """The good rows and everything that is wrong; import only when there are no errors."""

    rows: list[MemberRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def read_members(text: str, *, today: date) -> Parsed:
    """Checks a whole file. `today` is what relative days (``today``, ``-3d``) count from."""
    parsed = Parsed()
    records = _records(text.removeprefix("\ufeff"), parsed.errors)
    first = next(records, None)
    if first is None:
        if not parsed.errors:
            parsed.errors.append(RowError(1, None, "the file is empty", "Start with a line of column names."))
        return parsed
    columns = [name.strip().casefold() for name in first[1]]
    parsed.errors.extend(_wrong_columns(columns, first[0]))
    if parsed.errors:
        return parsed
    seen: dict[tuple[str, str], int] = {}
    for line, cells in records:
        reader = _Row(line, columns, cells, today, parsed.errors)
        row = reader.read()
        if row is not None and not _repeats(row, seen, parsed.errors):
            parsed.rows.append(row)
    if not parsed.rows and not parsed.errors:
        parsed.errors.append(
            RowError(first[0], None, "there are no members below the column names", "Add a line each.")
        )
    return parsed


def _records(text: str, errors: list[RowError]) -> Iterator[tuple[int, list[str]]]:
    """Each record that isn't blank, with the line it starts on; a quoted value may hold line breaks."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = 'Check the quotation marks: each is closed, and a quote inside a value is doubled ("").'
        errors.append(RowError(line, None, f"the line can't be read ({error}); nothing after it was checked", remedy))


def _wrong_columns(columns: Sequence[str], line: int) -> Iterator[RowError]:
    for name in REQUIRED:
        if name not in columns:
            yield RowError(line, name, "the column is missing", "Add it to the first line and to each member.")
    for at, name in enumerate(columns):
        if name in columns[:at]:
            yield RowError(line, name, "the column is there twice", "Remove one of the two.")
        elif name not in REQUIRED + OPTIONAL and not (name.startswith(TRAIT) and name[len(TRAIT) :].isidentifier()):
            near = get_close_matches(name, REQUIRED + OPTIONAL, n=1)
            remedy = f"Did you mean {near[0]}?" if near else f"Remove it, or call it {TRAIT}{_snake(name)} to keep it."
            yield RowError(line, name or f"column {at + 1}", "the column is not known", remedy)


def _snake(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name).strip("_") or "something"


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


class _Row:
    """Reads one record, collecting every error in it."""

    def __init__(
        self, line: int, columns: Sequence[str], cells: Sequence[str], today: date, errors: list[RowError]
    ) -> None:
        self.line, self.today, self.errors = line, today, errors
        self.cells = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
        self.before = len(errors)
        if len(cells) > len(columns):
            remedy = "Put quotation marks around a value that holds the separator."
            self._refuse(None, f"there are {len(cells)} values for {len(columns)} columns", remedy)

    def read(self) -> MemberRow | None:
        """The member, or None when anything was wrong."""
        account = self._take("account", fields.check_name)
        traits = {name[len(TRAIT) :]: cell for name, cell in self.cells.items() if name.startswith(TRAIT) and cell}
        found: dict[str, Any] = {
            "member_number": self._must("member_number", fields.check_name),
            "first_name": self._must("first_name", fields.check_name),
            "last_name": self._must("last_name", fields.check_name),
            "email": self._take("email", fields.check_email),
            "phone": self._take("phone", fields.check_phone),
            "time_zone": self._must("time_zone", fields.check_time_zone),
            "language": self._take("language", fields.check_language) or "en",
            "account": account,
            "joined_on": self._must("joined_on", lambda text: fields.check_day(text, today=self.today)),
            "consent_sms": self._must("consent_sms", fields.check_yes_no),
            "consent_email": self._take("consent_email", fields.check_yes_no) or False,
            "consent_voice": self._take("consent_voice", fields.check_yes_no) or False,
            "consent_source": self._take("consent_source", fields.check_name),
            "msm": self._take("msm", fields.check_email),
            "traits": {**traits, "account": account} if account else traits,
        }
        self._check_consent([name for name in AGREED if found[name]])
        if not self.cells.get("phone") and not self.cells.get("email"):
            self._refuse("phone", "there is neither a phone number nor an e-mail address", "Give at least one.")
        return MemberRow(line=self.line, **found) if len(self.errors) == self.before else None

    def _check_consent(self, given: Sequence[str]) -> None:
        for name in given:
            needed, what, kind = AGREED[name]
            if not self.cells.get(needed):
                self._refuse(needed, f"there is consent to {what} and no {kind}", f"Add the {kind}, or {name}: no.")
        if given and not self.cells.get("consent_source"):
            remedy = "Say where and when the member agreed: web form 2026-03-31."
            self._refuse("consent_source", "consent needs its source", remedy)

    def _must(self, column: str, check: Callable[[str], T]) -> T | None:
        if not self.cells.get(column):
            self._refuse(column, "it is empty", "Write a value.")
            return None
        return self._take(column, check)

    def _take(self, column: str, check: Callable[[str], T]) -> T | None:
        cell = self.cells.get(column)
        if not cell:
            return None
        try:
            return check(cell)
        except FieldRefused as refused:
            self._refuse(column, refused.problem, refused.remedy)
            return None

    def _refuse(self, column: str | None, problem: str, remedy: str) -> None:
        self.errors.append(RowError(self.line, column, problem, remedy))
