"""The habits of made-up members and colleagues, as a file says them. Shares are weights: they need not add up to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from pathlib import Path
from random import Random
from typing import Annotated, Literal, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import MsbError
from bot.programme.base import Key, Modality
from bot.programme.models import Programme
from bot.programme.source import read_source

SHIPPED = Path(__file__).with_name("habits.yml")

T = TypeVar("T")


class HabitsRefused(MsbError):
    """The file of habits can't be used."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name}") from None
    return name


Likelihood = Annotated[float, Field(ge=0, le=1)]
Share = Annotated[float, Field(ge=0)]
Days = Annotated[int, Field(ge=0, le=366)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Says = Literal["done", "in_progress", "not_done", "stuck", "later", "away", "person", "stop"]


class Habit(BaseModel):
    """A part of the file. Unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Delay(Habit):
    """How long something takes, log-normally: half of it within `median` hours."""

    median: Annotated[float, Field(gt=0)]
    spread: Annotated[float, Field(ge=1)] = 2.5
    """Two of three lie between the median divided by this and the median times this."""

    def draw(self, rng: Random) -> float:
        """Hours."""
        return rng.lognormvariate(log(self.median), log(self.spread)) if self.spread > 1 else self.median


class Answers(Habit):
    """Whether a message of one kind is answered, and when. For a call: whether it is taken."""

    by_rung: Annotated[tuple[Likelihood, ...], Field(min_length=1)]
    """For the first rung of a ladder, the second and so on; the last counts for all that follow."""
    after: Delay = Delay(median=4)

    def likelihood(self, rung: int) -> float:
        return self.by_rung[min(rung, len(self.by_rung) - 1)]


class Place(Habit):
    """Where members live."""

    zone: Zone
    country: str | None = None
    share: Share = 1


class Wave(Habit):
    """Members who join on the same day of the simulation; day 0 is its first."""

    day: Days
    share: Share = 1


class Segment(Habit):
    """The habits of the members of one segment."""

    share: Share
    consents: Mapping[Modality, Likelihood]
    """How many agreed to each way of contact."""
    answers: Mapping[Modality, Answers]
    says: Mapping[Says, Share]
    """What an answer says."""
    score: Annotated[tuple[Share, ...], Field(min_length=1)] = (1, 1, 2, 4, 6, 4)
    """Where a number is asked for: the shares of 0, 1, 2 and so on."""
    writes_again: Likelihood = 0
    """How many add a second message within the hour."""
    away: tuple[Days, Days] = (3, 14)
    """How many days somebody who says so is away, at least and at most."""
    acts: Likelihood = 0
    """How many do a step by themselves after they were asked, in a system that tells of it by an event."""
    acts_after: Delay = Delay(median=24)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not sum(self.says.values()) or not sum(self.score):
            raise ValueError("the shares of `says` and of `score` must not all be 0")
        return self


class Membership(Habit):
    """How memberships begin, go on and end."""

    waves: Annotated[tuple[Wave, ...], Field(min_length=1)] = (Wave(day=0),)
    established: Likelihood = 0
    """How many were members before; the others join in `waves`."""
    renews: Likelihood = 0.8
    """How many renew, from 30 days before the renewal date until 25 days after it."""
    lapses_after: Days = 30
    """Days after the renewal date on which the membership of the others lapses."""
    returns: Likelihood = 0.1
    """How many of those come back, within two months after being asked."""


class Colleagues(Habit):
    """The Member Success Managers. On weekdays from 9 to 17 in their zone they look at their cases every hour."""

    people: Annotated[int, Field(ge=1, le=50)] = 3
    zone: Zone = "America/New_York"
    cases_a_day: Annotated[int, Field(ge=1)] = 12
    """The most that one of them resolves in a day; what is more urgent comes first, then what is older."""
    takes: Delay = Delay(median=6)
    """How long a case takes."""
    claims: Likelihood = 0.5
    """In how many they take the conversation over."""
    step_done: Likelihood = 0.4
    """How many end with the step done."""
    days_off: Days = 5
    """Each is away once, for so many days in a row."""


class Deliveries(Habit):
    """What providers do with messages."""

    late: Likelihood = 0
    """How many wait in the outbox for a while, so that something may change before they leave."""
    late_hours: Annotated[float, Field(gt=0)] = 2
    fails: Likelihood = 0
    """How many find an address that does not work."""


class Habits(Habit):
    """The whole file."""

    places: Annotated[tuple[Place, ...], Field(min_length=1)]
    segments: Annotated[Mapping[Key, Segment], Field(min_length=1)]
    membership: Membership = Membership()
    colleagues: Colleagues = Colleagues()
    deliveries: Deliveries = Deliveries()

    @model_validator(mode="after")
    def _has_somebody(self) -> Self:
        shares = ([p.share for p in self.places], [s.share for s in self.segments.values()],
                  [w.share for w in self.membership.waves])  # fmt: skip
        if not all(map(sum, shares)):
            raise ValueError("the shares of places, of segments and of waves must not all be 0")
        return self


def load_habits(path: Path, programme: Programme) -> Habits:
    """Reads a file of habits for a programme.

    Raises:
        HabitsRefused: it can't be read, has errors, or names a segment that the programme doesn't have.
    """
    try:
        source = read_source(path.name, path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise HabitsRefused(f"{path}: {error}") from error
    if source.problems:
        raise HabitsRefused("\n" + "\n".join(map(str, source.problems)))
    try:
        habits = Habits.model_validate(source.data)
    except ValidationError as invalid:
        lines = [
            f"{path.name}:{source.line(error['loc'])}: {'.'.join(map(str, error['loc']))}: {error['msg']}."
            for error in invalid.errors()
        ]
        raise HabitsRefused("\n" + "\n".join(lines)) from invalid
    check(habits, programme)
    return habits


def check(habits: Habits, programme: Programme) -> None:
    """Raises: HabitsRefused: a segment of the habits is none of the programme's."""
    known = [segment.key for segment in programme.segments]
    unknown = [key for key in habits.segments if key not in known]
    if unknown:
        raise HabitsRefused(f"No segment of the programme: {', '.join(unknown)}. It has: {', '.join(known)}.")


def one_of(rng: Random, values: Sequence[T], shares: Sequence[float]) -> T:
    """One of `values`, by their shares."""
    return rng.choices(values, weights=shares)[0]
