"""What a story is made of. The same stories are played on the page, by `make demo`, and by tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from console.sandbox.tour.days import is_story_time, next_story_day
from console.sandbox.world import Broken, Case, Phone, World

LAST_NAMES = ("Lima", "Moreau", "Sato", "Okoye", "Novak", "Haddad", "Silva", "Kim", "Larsen", "Rossi")
"""Whoever tells a story once more without going back to the beginning meets somebody else."""


class Place(StrEnum):
    """Where the result of a step shows."""

    PHONE = "phone"
    SLACK = "slack"
    FEED = "feed"


@dataclass
class Scene:
    """A story that is being told: who is in it, and what has come about."""

    world: World
    first_name: str
    prefix: str
    """The first digits of the numbers that people of this story have; one more digit makes a number."""
    member: Phone | None = None
    case: Case | None = None
    last_card: str = ""

    @property
    def phone(self) -> Phone:
        if self.member is None:
            raise Broken("the first step comes first: nobody has joined yet")
        return self.member

    @property
    def open_case(self) -> Case:
        if self.case is None:
            raise Broken("no case has come up yet")
        return self.case

    def begins(self) -> None:
        """Waits for the start of a working day, and looks where Slack's last message is."""
        if not is_story_time(self.world.now()):
            self.world.push_to(next_story_day(self.world.now()))
        messages = self.world.channel()["messages"]
        self.last_card = str(messages[-1]["ts"]) if messages else ""

    def joins(self, days_ago: int = 2) -> None:
        """A new member of the story's, whom nobody knows yet."""
        self.begins()
        taken = self.world.numbers_taken()
        for digit, last_name in enumerate(LAST_NAMES):
            number = f"{self.prefix}{digit}"
            if number not in taken:
                self.member = self.world.enrol(f"{self.first_name} {last_name}", number, days_ago=days_ago)
                return
        raise Broken("this story has been told ten times: go back to the beginning first")

    def a_case_comes(self) -> Case:
        self.case = Case.appears(self.world, self.phone.name, self.last_card)
        return self.case


@dataclass(frozen=True)
class Step:
    """One step. `look` says where to look and what will happen; `by_hand` how to do it oneself, empty: only so.

    `do` does it, through the phone, Slack and the clock; `check` looks at what came of it, and says so.
    """

    title: str
    look: str
    button: str
    place: Place
    do: Callable[[Scene], None]
    check: Callable[[Scene], str]
    by_hand: str = ""


@dataclass(frozen=True)
class Story:
    """`says` is what it shows, in a sentence."""

    key: str
    title: str
    says: str
    icon: str
    first_name: str
    prefix: str
    steps: Sequence[Step] = field(default=())

    def scene(self, world: World) -> Scene:
        return Scene(world, self.first_name, self.prefix)


def silent(scene: Scene, why: str) -> str:
    """Nothing comes to the member's phone."""
    scene.phone.stays_silent(why)
    return f"Nothing came to {scene.phone.name}'s phone: {why}."


def gets(scene: Scene, pattern: str, comment: str) -> str:
    """The next message to the member is like the pattern."""
    scene.phone.expects(pattern)
    return comment


def says(text: str) -> Callable[[Scene], None]:
    """The member writes it."""
    return lambda scene: scene.phone.says(text)
