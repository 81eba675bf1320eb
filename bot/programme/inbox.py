"""The inbox of staff: teams, which case is whose, how soon it is answered, and who is reminded when it isn't."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot.programme.base import MEMBER, Content, Key, Priority, Team, Weekday, Words
from bot.programme.duration import Duration
from bot.programme.hours import LocalTime, each_once
from bot.programme.template import template_of
from bot.programme.unfit import Unfit

Email = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
SlackChannel = Annotated[str, StringConstraints(pattern=r"^[CG][A-Z0-9]{2,}$")]
CaseReason = Literal[
    "silent",
    "unreachable",
    "stuck",
    "asked",
    "distress",
    "stranger",
    "assistant_down",
    "wrong_number",
    "identity",
    "leaving",
    "complaint",
    "privacy",
    "technical",
    "detractor",
]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Unfit(f'"{name}" is not a time zone', 'Name one of the IANA database: "Europe/London".') from None
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]


class WorkingHours(Content):
    """When a team works. Clocks of cases stand still outside of them."""

    time_zone: Zone = "UTC"
    """As in the IANA database: Europe/London."""
    start: LocalTime
    end: LocalTime
    """Just before this time of day the day ends; the same day, so later than `start`."""
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(each_once)]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")] | None = None
    """Whose public holidays are days off, e.g. GB-ENG; left out: none."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start >= self.end:
            raise Unfit("the hours end before they start", "Make `end` later than `start`, on the same day.")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class TeamDesk(Content):
    """A team of colleagues who take cases. People are named by the e-mail address that Slack knows them by."""

    name: Words
    people: Annotated[tuple[Email, ...], Field(min_length=1)]
    """Who takes cases, the lead too if they do."""
    lead: Email
    """Hears of what nobody else has answered."""
    deputy: Email | None = None
    """Stands in for whoever has a case and is silent; left out: the lead."""
    email: Email
    """The team's mailbox: for the last rung of the ladder, and while Slack can't be reached."""
    slack_channel: SlackChannel | None = None
    """Where its cards appear; left out: the channel of the settings."""
    hours: WorkingHours


class Route(Content):
    """Which team gets a case. The first route that fits wins; without one, the team that the bot would choose."""

    reasons: tuple[CaseReason, ...] = ()
    """Left out: any reason."""
    segments: tuple[Key, ...] = ()
    """Left out: members of any segment, and people who are no members."""
    team: Team
    priority: Priority | None = None
    """At least so urgent; left out: as urgent as the bot thinks."""

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if not self.reasons and not self.segments:
            raise Unfit("the route takes every case", "Give it `reasons` or `segments`.")
        return self


class Target(Content):
    """How soon a person answers, and how soon the case is done, in working time of the team."""

    first_reply: Duration
    """From the case, or from a message that the member writes in it, to the next word of a person."""
    resolve: Duration
    """From the opening of the case to its end."""
    around_the_clock: bool = False
    """Whether the clock goes on at night, at weekends and on holidays."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_reply <= timedelta() or self.resolve < self.first_reply:
            raise Unfit("the targets are out of order", "Make `first_reply` positive and `resolve` at least as long.")
        return self


class CaseRung(Content):
    """One way to remind somebody of a case that waits, and how long to wait for an act before the next."""

    to: Literal["assignee", "deputy", "lead", "team"]
    """`assignee`: whoever has it, or whom it was given to; nobody yet: the team."""
    by: Literal["slack", "email"]
    wait: Duration
    """Working time without an act of staff that leads to the next rung."""

    @model_validator(mode="after")
    def _waits(self) -> Self:
        if self.wait <= timedelta():
            raise Unfit("the wait is not positive", 'Give colleagues time to act, e.g. wait: "2h".')
        return self


class CannedReply(Content):
    """Words that staff send often. They are put into the dialog with the member's fields filled in, to be changed."""

    title: Annotated[Words, StringConstraints(max_length=75)]
    text: Annotated[str, template_of(*MEMBER, "sender")]
    """{sender} is the colleague who writes."""
    reasons: tuple[CaseReason, ...] = ()
    """Offered first in such cases; left out: in any."""


def _default_targets() -> dict[Priority, Target]:
    return {
        "urgent": Target(first_reply=timedelta(minutes=30), resolve=timedelta(hours=8), around_the_clock=True),
        "high": Target(first_reply=timedelta(hours=2), resolve=timedelta(hours=16)),
        "normal": Target(first_reply=timedelta(hours=8), resolve=timedelta(hours=40)),
        "low": Target(first_reply=timedelta(hours=16), resolve=timedelta(hours=80)),
    }


def _each_priority(targets: Mapping[Priority, Target]) -> Mapping[Priority, Target]:
    """A case of a priority that the content leaves out must not wait for ever either."""
    return {**_default_targets(), **targets}


class Inbox(Content):
    """How cases are shared out and kept from being forgotten."""

    teams: Mapping[Team, TeamDesk] = {}
    routes: tuple[Route, ...] = ()
    targets: Annotated[Mapping[Priority, Target], AfterValidator(_each_priority)] = Field(
        default_factory=_default_targets
    )
    """A priority that is left out has targets all the same: see docs/how-to/inbox.md."""
    ladder: tuple[CaseRung, ...] = ()
    """Climbed while a target is missed; it starts anew with each act of staff."""
    claim_expires: Duration | None = None
    """Working time without a word of whoever claimed it, while the member waits; then the case is open again."""
    reopen_within: Duration = timedelta(hours=24)
    """What a member writes so soon after the end of a case reopens it; later it is the bot's."""
    email_after: Duration = timedelta(minutes=15)
    """What Slack has not shown for so long is e-mailed to the team. This is elapsed time."""
    canned: Mapping[Key, CannedReply] = {}
