"""What members write: drawn by chance, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from benchmarks.torture.plan import Wish


class Kind(StrEnum):
    QUESTION = "question"
    DONE = "done"
    NOT_YET = "not_yet"
    LATER = "later"
    NUMBER = "number"
    CHAT = "chat"
    PERSON = "person"
    HELP = "help"
    STOP = "stop"
    START = "start"


WORDS: dict[Kind, tuple[str, ...]] = {
    Kind.QUESTION: ("What's next for me?", "how am I doing so far?", "What events are coming up?",
                    "how do I sign in?", "why are you writing to me?", "What do I get for my dues?"),
    Kind.DONE: ("done", "yep did it last nite", "Yes", "all done, thanks!", "I've finished it"),
    Kind.NOT_YET: ("not yet", "no", "haven't had the time", "I'm working on it"),
    Kind.LATER: ("remind me next week", "ask me again in 3 days please"),
    Kind.NUMBER: ("9", "4", "10", "2"),
    Kind.CHAT: ("thanks!", "good morning 🌞", "the weather is lovely here", "ok", "Danke schön, ça va? ñ"),
    Kind.PERSON: ("can I speak to a human please",),
    Kind.HELP: ("HELP",),
    Kind.STOP: ("STOP",),
    Kind.START: ("START",),
}  # fmt: skip
WEIGHTS: dict[Kind, int] = {
    Kind.QUESTION: 30, Kind.DONE: 22, Kind.NOT_YET: 12, Kind.LATER: 4, Kind.NUMBER: 6, Kind.CHAT: 16,
    Kind.PERSON: 1, Kind.HELP: 4, Kind.STOP: 4,
}  # fmt: skip
AFTER_STOP = ((Kind.START, 3), (Kind.QUESTION, 1), (Kind.CHAT, 1))
"""Who has stopped comes back soon, so that there is something to be forbidden."""
BURSTS = (1, 1, 1, 1, 2, 2, 3)
"""Messages that a member writes in one go."""
ZONES = ("America/New_York", "America/New_York", "America/Chicago")


@dataclass
class Person:
    """A member, and the one channel on which they write. `address` is theirs there."""

    number: str
    phone: str
    email: str
    channel: str
    address: str
    zone: str
    stage: str
    has_stopped: bool = False


@dataclass(frozen=True)
class Line:
    """Something that a member is about to write. `twice`: the provider tells of it twice in one notification."""

    person: Person
    kind: Kind
    text: str
    twice: bool = False


@dataclass
class Script:
    """Who writes what, in order."""

    wish: Wish
    people: list[Person] = field(init=False)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = self.wish.stream("script")
        self.people = [_person(n, self.wish, self._chance) for n in range(self.wish.members)]

    def lines(self) -> Iterator[Line]:
        left = self.wish.messages
        while left > 0:
            person = self._chance.choice(self.people)
            for _ in range(min(left, self._chance.choice(BURSTS))):
                left -= 1
                yield self._line(person)

    def _line(self, person: Person) -> Line:
        kinds, weights = zip(*(AFTER_STOP if person.has_stopped else WEIGHTS.items()), strict=True)
        kind = self._chance.choices(kinds, weights)[0]
        if kind in (Kind.STOP, Kind.START):
            person.has_stopped = kind is Kind.STOP
        twice = person.channel == "messenger" and self._chance.random() < 0.05
        return Line(person, kind, self._chance.choice(WORDS[kind]), twice)


def _person(number: int, wish: Wish, chance: random.Random) -> Person:
    phone = f"+1415{2_000_000 + number}"
    channel = wish.channels[number % len(wish.channels)]
    address = {"sms": phone, "telegram": str(700_000 + number), "messenger": str(9_000_000 + number)}[channel]
    return Person(
        number=f"T-{number}",
        phone=phone,
        email=f"member{number}@example.com",
        channel=channel,
        address=address,
        zone=chance.choice(ZONES),
        stage=chance.choice(("early", "student")),
    )


PUSHES = tuple(timedelta(hours=hours) for hours in (1, 3, 5, 7, 11, 16, 24))
"""How far business time is moved at once: over evenings, nights and Sundays."""


def first_morning(day: datetime) -> datetime:
    """Late morning where the members live, on the day of `day`."""
    return day.replace(hour=16, minute=0, second=0, microsecond=0)
