"""The whole programme in one record, and the names of all its records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bot.programme.base import MEMBER, PUBLIC, Content, Key, Link, Weekday, Words
from bot.programme.duration import Duration
from bot.programme.hours import LocalTime, each_once
from bot.programme.inbox import CannedReply, CaseRung, Inbox, Route, Target, TeamDesk, WorkingHours
from bot.programme.journeys import Due, Entry, Journey, Milestone, Resource, Step
from bot.programme.ladders import HandOffRule, Ladder, Rung, Sender, Variant
from bot.programme.segments import Condition, Rule, Segment
from bot.programme.surveys import FollowUp, SelfAssessment, Statement, Survey, SurveyQuestion, SurveyTime
from bot.programme.template import template_of
from bot.programme.unfit import Unfit

__all__ = [
    "CannedReply",
    "Caps",
    "CaseRung",
    "Condition",
    "ContactHours",
    "Due",
    "Entry",
    "FollowUp",
    "HandOffRule",
    "Inbox",
    "Journey",
    "Ladder",
    "Milestone",
    "Organisation",
    "Programme",
    "Resource",
    "Route",
    "Rule",
    "Rung",
    "Segment",
    "SelfAssessment",
    "Sender",
    "Statement",
    "Step",
    "Survey",
    "SurveyQuestion",
    "SurveyTime",
    "Target",
    "TeamDesk",
    "Texts",
    "Variant",
    "WorkingHours",
]


class Organisation(Content):
    """Who the members belong to."""

    name: Words
    """The name as members know it; {organisation} in texts."""
    programme_name: Words
    """What the messages call themselves; {programme} in texts."""
    team_name: Words
    """Stands for {msm} when a member has no Member Success Manager, e.g. "our member team"."""
    help_contact: Words
    """An address or number where a person helps; {help_contact} in texts."""
    website: Link
    """Stands for {link} where a step has no resource."""


class ContactHours(Content):
    """When the programme may write first, in each member's own time zone; replies are allowed at any hour."""

    start: LocalTime
    """From this time of day."""
    end: LocalTime
    """Until just before this time of day; the same day, so later than `start`."""
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(each_once)]
    """On these days."""
    on_holidays: bool = True
    """Whether public holidays where the member lives are days of contact too."""
    best: LocalTime | None = None
    """The time of day to aim at, until a member's own answers show a better one; left out: as things fall due."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start >= self.end:
            raise Unfit("the hours end before they start", "Make `end` later than `start`, on the same day.")
        return self


class Caps(Content):
    """The most messages that the programme starts with one member, over all journeys."""

    per_day: Annotated[int, Field(ge=1)]
    per_week: Annotated[int, Field(ge=1)]
    survey_every: Duration = timedelta(days=21)
    """The least time between two surveys of one member, whichever they are."""
    surveys_per_year: Annotated[int, Field(ge=1)] = 6
    """The most surveys of one member within 365 days."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.per_week < self.per_day:
            raise Unfit("the cap of a week is below that of a day", "Make `per_week` at least `per_day`.")
        if self.survey_every < timedelta():
            raise Unfit("the time between two surveys is negative", "Write a length of time such as 21d.")
        return self


class Texts(Content):
    """What the system itself says, outside the dialogue engine."""

    stop_confirmation: Annotated[str, template_of(*PUBLIC)]
    """The one answer to STOP."""
    start_confirmation: Annotated[str, template_of(*PUBLIC)]
    """The answer to START of somebody who had stopped."""
    help: Annotated[str, template_of(*PUBLIC)]
    """The answer to HELP: who writes, how to reach a person, how to stop."""
    stranger: Annotated[str, template_of(*PUBLIC)]
    """The answer to a number that belongs to no member; must not say anything about members."""
    engine_down: Annotated[str, template_of(*MEMBER)]
    """When a message can't be understood because the dialogue engine is out of order."""
    flood: Annotated[str, template_of(*MEMBER)] = (
        "That was a lot at once, {first_name}. I have kept it all, and answered the first messages only."
    )
    """Once, when so many messages come within a minute that the rest of them are not answered."""
    distress: Annotated[str, template_of(*MEMBER)]
    """The answer to words of distress; a case is open by then."""
    handoff_opened: Annotated[str, template_of(*MEMBER)]
    """When a person will take over."""
    back_to_bot: Annotated[str, template_of(*MEMBER)]
    """Once, when a person has finished and the assistant is back."""
    asks_again: Annotated[str, template_of(*MEMBER, "step", "day")] = "I will ask you about {step} on {day}."
    """Follows it when that person noted a day: {day} is like "Thursday 3 December", {step} the step's name."""
    confirm_name: Annotated[str, template_of(*MEMBER)]
    """Asks whoever used a member's link whether they are that member, with the choices yes and no."""
    linked: Annotated[str, template_of(*MEMBER)]
    """When an address now belongs to the member: what follows, and how to stop."""
    link_refused: Annotated[str, template_of(*PUBLIC)]
    """A link that was used, is too old or is for another member."""
    not_them: Annotated[str, template_of(*PUBLIC)]
    """When somebody says that they are not the member whose link they used."""
    wrong_number: Annotated[str, template_of(*PUBLIC)]
    """The one apology to somebody who was written to by mistake."""
    code: Annotated[str, template_of(*PUBLIC, "code")]
    """The {code}, to the phone or e-mail address on file, never to who asked for it."""
    code_sent: Annotated[str, template_of(*PUBLIC)]
    """To whoever named a member's number or e-mail address: the same whether the record exists or not."""
    code_refused: Annotated[str, template_of(*PUBLIC)]
    """A code that is wrong, too old, or tried too often."""
    confirm_email: Annotated[str, template_of(*MEMBER, "link")]
    """The e-mail that asks to confirm its own address; {link} is the signed link."""
    bundled: Annotated[str, template_of("ask", "other")]
    """Two questions in one message: {ask} and {other}."""
    choice_gone: Annotated[str, template_of(*PUBLIC)]
    """When a button is pressed that is too old, or was meant for somebody else."""
    stranger_distress: Annotated[str, template_of(*PUBLIC)]
    """The answer to words of distress of somebody we don't know; a case is open by then."""


class Programme(Content):
    """Everything in `journeys/`, complete and checked (`loader.load_programme`)."""

    organisation: Organisation
    hours: ContactHours
    caps: Caps
    segments: Annotated[tuple[Segment, ...], Field(min_length=1)]
    """In order: the first whose rule holds."""
    senders: Mapping[Key, Sender]
    ladders: Mapping[Key, Ladder]
    resources: Mapping[Key, Resource]
    texts: Texts
    surveys: Mapping[Key, Survey] = {}
    inbox: Inbox = Inbox()
    """How cases are shared out among staff."""
    self_assessment: SelfAssessment | None = None
    """Asked of staff, not of members."""
    journeys: Annotated[Mapping[Key, Journey], Field(min_length=1)]
