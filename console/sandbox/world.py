"""The world as the stories see it: phones, the staff channel, the clock. All of it through the sandbox."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx

PATIENCE = 30.0
PAUSE = 0.1
QUIET = 2.5
"""Seconds without anything new that count as silence: the scheduler looks every second."""

WAITING = re.compile(r'^msb_waiting\{table="\w+"\} (\S+)$', re.MULTILINE)

T = TypeVar("T")


class Broken(AssertionError):
    """A story did not go as it should."""


@dataclass
class World:
    """The sandbox's control interface, and the bot's for enrolling members; `tell` prints a line of the transcript."""

    page: str
    gateway: str
    key: str
    tell: Callable[[str], None]
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    patience: float = PATIENCE
    quiet: float = QUIET
    strict: bool = True
    """A message that nobody expected breaks a story; else it is passed over, for somebody else may have caused it."""
    phones: dict[str, Phone] = field(default_factory=dict)

    def eventually(self, look: Callable[[], T | None], what: str) -> T:
        """What `look` finds, as soon as it finds something.

        Raises:
            Broken: it found nothing in time.
        """
        give_up = time.monotonic() + self.patience
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() >= give_up:
                raise Broken(f"this did not happen: {what}")
            time.sleep(PAUSE)

    def get(self, path: str) -> Any:
        return self.client.get(f"{self.page}/sandbox/{path}").raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        response = self.client.post(f"{self.page}/sandbox/{path}", json=body)
        return response.raise_for_status().json()

    def now(self) -> datetime:
        return datetime.fromisoformat(self.get("clock")["now"])

    def rest(self) -> None:
        """Waits until nothing is under way: what was said is understood before time goes on."""

        def resting() -> bool:
            idle = bool(self.get("idle")["idle"])
            metrics = self.client.get(f"{self.gateway}/metrics").raise_for_status().text
            return idle and sum(float(count) for count in WAITING.findall(metrics)) == 0

        self.eventually(resting, "the work comes to rest")

    def push(self, by: timedelta) -> None:
        """Moves everybody's clock on."""
        self.rest()
        now = datetime.fromisoformat(self.post("clock", push=by.total_seconds())["now"])
        self.tell(f"  ... {_words(by)} later, {now:%A %d %B, %H:%M} UTC")

    def push_to(self, moment: datetime) -> None:
        self.rest()
        self.post("clock", set=moment.isoformat())
        self.tell(f"  ... until {moment:%A %d %B, %H:%M} UTC")

    def enrol(self, name: str, number: str, *, days_ago: int = 2, **more: Any) -> Phone:
        """A member joined so many days ago; after two of them the first question is due at once."""
        first, _, last = name.partition(" ")
        joined_on = (self.now() - timedelta(days=days_ago)).date()
        self.register({
            "member_number": f"story-{number}", "first_name": first, "last_name": last, "phone": number,
            "time_zone": "America/New_York", "joined_on": joined_on.isoformat(),
            "consent_sms": True, "consent_source": "membership form", "msm": "maria.okafor@example.org", **more,
        })  # fmt: skip
        self.post("contacts", contacts=[{"number": number, "name": name}])
        return self.phone(name, number)

    def register(self, member: dict[str, Any]) -> None:
        """Takes a member in, as another system of the organisation does."""
        answer = self.client.post(
            f"{self.gateway}/api/v1/members", json=member, headers={"Authorization": f"Bearer {self.key}"}
        )
        if answer.status_code != httpx.codes.CREATED:
            raise Broken(f"enrolling {member['first_name']}: {answer.status_code} {answer.text}")

    def numbers_taken(self) -> set[str]:
        """Numbers of which the sandbox has heard."""
        return {str(phone["number"]) for phone in self.get("phones")["phones"]}

    def phone(self, name: str, number: str) -> Phone:
        """Somebody's phone, member or not."""
        return self.phones.setdefault(number, Phone(self, name, number))

    def channel(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("slack/channel")
        return found

    def user(self, name: str) -> str:
        """The Slack id of a colleague."""
        for user in self.get("slack/users")["users"]:
            if user["name"].startswith(name):
                return str(user["id"])
        raise Broken(f"nobody in Slack is called {name}")


@dataclass
class Phone:
    """A member's phone. Messages are read once, in order; what was not expected breaks the story."""

    world: World
    name: str
    number: str
    read: int = 0

    def received(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.world.get(f"phones/{self.number}")["messages"]
        return [message for message in messages if message["direction"] == "to_phone"]

    def expects(self, pattern: str) -> str:
        """The next message, which must contain `pattern` (a regular expression, any case)."""
        text = str(self.world.eventually(lambda: self._next(pattern), f"{self.name} gets a message like /{pattern}/"))
        self.world.tell(f"  -> {self.name}: {text}")
        if not _is_like(pattern, text):
            raise Broken(f"{self.name} got {text!r}, which is not like /{pattern}/")
        return text

    def _next(self, pattern: str) -> str | None:
        """The next message; where strangers to the story may interfere, the next that is like the pattern."""
        for text in [str(message["text"]) for message in self.received()[self.read :]]:
            self.read += 1
            if self.world.strict or _is_like(pattern, text):
                return text
        return None

    def catch_up(self) -> None:
        """What has come so far is read."""
        self.read = len(self.received())

    def says(self, text: str) -> None:
        self.world.tell(f"  <- {self.name}: {text}")
        self.world.post(f"phones/{self.number}", text=text)

    def stays_silent(self, why: str) -> None:
        """Nothing new comes within two looks of the scheduler."""
        self.world.rest()
        time.sleep(self.world.quiet)
        extra = self.received()[self.read :]
        if extra:
            raise Broken(f"{self.name} got {extra[0]['text']!r}, but nothing was to come: {why}")
        self.world.tell(f"     (nothing for {self.name}: {why})")


@dataclass
class Case:
    """A card in the staff channel, and its thread."""

    world: World
    about: str
    ts: str

    @classmethod
    def appears(cls, world: World, about: str, after: str = "") -> Case:
        """Waits for the newest card about somebody, of those that came after the message `after`."""

        def look() -> Case | None:
            for message in reversed([one for one in world.channel()["messages"] if one["ts"] > after]):
                if about in json.dumps(message.get("blocks", []), ensure_ascii=False):
                    return cls(world, about, message["ts"])
            return None

        case = world.eventually(look, f"a case about {about} appears in Slack")
        world.tell(f"  ## Slack: a case about {about}: {case.headline()}")
        return case

    def message(self) -> dict[str, Any]:
        return next(message for message in self.world.channel()["messages"] if message["ts"] == self.ts)

    def words(self) -> str:
        return json.dumps(self.message()["blocks"], ensure_ascii=False)

    def headline(self) -> str:
        message = self.message()
        return str(message.get("text") or "").split("\n")[0]

    def shows(self, pattern: str) -> None:
        self.world.eventually(lambda: re.search(pattern, self.words(), re.IGNORECASE), f"the card shows /{pattern}/")
        self.world.tell(f"  ## Slack: the card now shows: {pattern}")

    def click(self, who: str, action: str) -> None:
        self.world.tell(f"  ## {who} clicks {action.capitalize()}")
        self.world.post("slack/click", user=self.world.user(who), ts=self.ts, action_id=action)

    def say(self, who: str, text: str) -> None:
        self.world.tell(f"  ## {who} writes in the thread: {text}")
        self.world.post("slack/say", user=self.world.user(who), text=text, thread_ts=self.ts)

    def thread(self) -> list[str]:
        return [json.dumps(reply, ensure_ascii=False) for reply in self.message()["replies"]]

    def thread_shows(self, pattern: str) -> None:
        self.world.eventually(
            lambda: any(re.search(pattern, line, re.IGNORECASE) for line in self.thread()),
            f"the thread shows /{pattern}/",
        )
        self.world.tell(f"  ## Slack: the thread shows: {pattern}")

    def submits(self, who: str, values: dict[str, Any]) -> None:
        """Fills in and sends the dialog that `who` has open."""
        user = self.world.user(who)
        view = self.world.eventually(lambda: self.world.get(f"slack/views/{user}")["view"], f"{who} sees a dialog")
        self.world.post("slack/submit", user=user, view_id=view["id"], values=values)
        self.world.tell(f"  ## {who} sends the dialog: {', '.join(str(value) for value in values.values())}")


def _is_like(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE | re.DOTALL) is not None


def _words(span: timedelta) -> str:
    days, hours = span.days, span.seconds // 3600
    parts = [f"{days} day{'s' * (days != 1)}"] * bool(days) + [f"{hours} hour{'s' * (hours != 1)}"] * bool(hours)
    return " and ".join(parts) or "a moment"
