"""Made-up members and colleagues: who they are, and how they get into the database. The same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.simulate.habits import Habits, Place, Segment, Wave, one_of
from bot.members import addresses, consent
from bot.members.consent import Evidence
from bot.members.enrol import enrol
from bot.members.segments import TRAIT
from bot.members.table import MemberRow
from bot.model import Member, Staff
from bot.outreach.hours import at_local
from bot.programme.models import Programme

SOURCE = "simulation"
CHAT = "telegram"
YEAR = timedelta(days=365)
SETTLED = (120, 5 * 365)
"""Established members joined between so many days ago."""
RENEWS = (-30.0, 25.0)
RETURNS = (30.0, 90.0)
MORNING, EVENING = 8.0, 21.0
FIRST_NAMES = ("Ada", "Ben", "Cleo", "Dev", "Ema", "Finn", "Gita", "Hugo", "Ines", "Jon", "Kim", "Lea", "Max", "Noor")


def rng_of(seed: int, *what: object) -> Random:
    """Chance of its own for each purpose, so that a change in one place moves nothing elsewhere."""
    return Random(":".join(map(str, (seed, *what))))  # noqa: S311 - nothing secret depends on it


@dataclass
class Person:
    """A made-up member. `rng` is their own chance; `member_id` is known once they are enrolled."""

    number: str
    place: Place
    segment: str
    habits: Segment
    joins: date
    """The day on which they are enrolled."""
    joined_on: date
    renews_on: date
    msm: int
    """The number of the colleague who looks after them."""
    rng: Random
    member_id: int = 0


@dataclass(frozen=True)
class Turning:
    """A change of the membership that another system tells of."""

    at: datetime
    event: str


def make_people(habits: Habits, count: int, start: date, seed: int) -> list[Person]:
    """`count` members: where they live, what they are like, when they join, and whose they are: each in turn."""
    return [_person(habits, number, start, seed) for number in range(count)]


def _person(habits: Habits, number: int, start: date, seed: int) -> Person:
    rng = rng_of(seed, "member", number)
    segment = one_of(rng, list(habits.segments), [one.share for one in habits.segments.values()])
    place = one_of(rng, habits.places, [one.share for one in habits.places])
    wave = one_of(rng, habits.membership.waves, [one.share for one in habits.membership.waves])
    joins, joined_on = _days(habits, rng, start, wave)
    renews_on = joined_on + YEAR
    while renews_on <= start:
        renews_on += YEAR
    msm = number % habits.colleagues.people + 1
    return Person(f"SIM-{number + 1}", place, segment, habits.segments[segment], joins, joined_on, renews_on, msm, rng)


def _days(habits: Habits, rng: Random, start: date, wave: Wave) -> tuple[date, date]:
    """When somebody is enrolled, and since when they are a member."""
    if rng.random() < habits.membership.established:
        return start, start - timedelta(days=rng.randint(*SETTLED))
    joins = start + timedelta(days=wave.day)
    return joins, joins


def take_in(session: Session, programme: Programme, person: Person, now: datetime) -> None:
    """Enrols somebody, as an import of members does."""
    agreed = {
        way: person.rng.random() < person.habits.consents.get(way, 0) for way in ("sms", "email", "voice", "chat")
    }
    serial = int(person.number.partition("-")[2])
    row = MemberRow(
        line=serial,
        member_number=person.number,
        first_name=FIRST_NAMES[serial % len(FIRST_NAMES)],
        last_name=f"Made-Up {serial}",
        email=f"member{serial}@example.com",
        phone=f"+1555{serial:07d}",
        time_zone=person.place.zone,
        language="en",
        account=None,
        joined_on=person.joined_on,
        consent_sms=agreed["sms"],
        consent_source=SOURCE,
        msm=email_of(person.msm),
        traits={TRAIT: person.segment},
        consent_email=agreed["email"],
        consent_voice=agreed["voice"],
        renews_on=person.renews_on,
        country=person.place.country,
    )  # fmt: skip
    person.member_id = enrol(session, programme, row, source=SOURCE, now=now).member_id
    if agreed["chat"]:
        member = session.get_one(Member, person.member_id)
        point = addresses.attach(session, member, CHAT, f"chat-{serial}", now, confirmed=True)
        if point is not None:
            consent.grant(session, point, Evidence(SOURCE, "a chat"), now)


def turnings(habits: Habits, person: Person) -> Iterator[Turning]:
    """How the membership goes on: renewed before or after its date; else lapsed, and perhaps renewed after all."""
    rng, renewal = person.rng, at_local(person.renews_on, time(9), _zone(person))
    if rng.random() < habits.membership.renews:
        yield Turning(renewal + timedelta(days=rng.uniform(*RENEWS)), "membership.renewed")
        return
    lapsed = renewal + timedelta(days=habits.membership.lapses_after)
    yield Turning(lapsed, "membership.lapsed")
    if rng.random() < habits.membership.returns:
        yield Turning(lapsed + timedelta(days=rng.uniform(*RETURNS)), "membership.renewed")


def awake(person: Person, moment: datetime) -> datetime:
    """`moment`, or some time in the next morning when it is in the night where they live."""
    local = moment.astimezone(_zone(person))
    hour = local.hour + local.minute / 60
    if MORNING - 1 <= hour < EVENING + 2:
        return moment
    return moment + timedelta(hours=(MORNING - 1 - hour) % 24 + person.rng.uniform(0, 2))


def hire(session: Session, colleagues: Sequence[int]) -> None:
    """Adds the colleagues with these numbers, in this order."""
    session.add_all([Staff(email=email_of(n), name=f"Manager {n}", phone=f"+1555900{n:04d}") for n in colleagues])
    session.flush()


def email_of(colleague: int) -> str:
    return f"msm{colleague}@example.org"


def _zone(person: Person) -> ZoneInfo:
    return ZoneInfo(person.place.zone)
