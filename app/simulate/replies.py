"""What made-up members do after a message or a call: they answer in words, act elsewhere, or do nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from app.simulate.agenda import Agenda
from app.simulate.habits import Says, one_of
from app.simulate.people import CHAT, Person, Turning, awake
from bot.calls import outcome
from bot.clock import Times
from bot.conversation.perform import ACTIONS
from bot.conversation.scene import Heard, load
from bot.errors import DialogueUnavailable
from bot.events import take
from bot.events.event import Event
from bot.intake.receive import Incoming, accept
from bot.intake.turn import TurnHandler
from bot.model import Call, CallOutcome, CheckIn, CheckInKind, InboxMessage, OutboxMessage, Touch, TurnAction
from bot.outreach.reach import Reach
from bot.ports import Answer, Turn, Utterance
from bot.programme.base import Modality
from bot.programme.models import Programme
from bot.progress import runs

AGAIN_WITHIN = 45
RINGS = timedelta(minutes=5)
WAYS: Mapping[str, Modality] = {"sms": "sms", "email": "email", CHAT: "chat"}
NOT_TAKEN = (CallOutcome.NO_ANSWER, CallOutcome.MACHINE, CallOutcome.BUSY)
SOURCE = "api:simulation"

Wording = Callable[[Person, datetime], str]


@dataclass(frozen=True)
class Words:
    """A message, and what the dialogue engine would take it for."""

    text: Wording
    intent: str


def _always(text: str) -> Wording:
    return lambda _person, _now: text


def _away(person: Person, now: datetime) -> str:
    back = now + timedelta(days=person.rng.randint(*person.habits.away))
    return f"I'm away until {back:%B} {back.day}"


def _number(person: Person, _now: datetime) -> str:
    scores = person.habits.score
    return str(one_of(person.rng, range(len(scores)), scores))


WORDS: Mapping[Says, Words] = {
    "done": Words(_always("done"), "report_done"),
    "in_progress": Words(_always("I have started"), "report_in_progress"),
    "not_done": Words(_always("not yet"), "report_not_done"),
    "stuck": Words(_always("I'm stuck"), "report_blocked"),
    "later": Words(_always("ask me again in 3 days"), "snooze"),
    "away": Words(_away, "away"),
    "person": Words(_always("can I talk to a person"), "request_human"),
    "stop": Words(_always("STOP"), "opt_out"),
}
SCORE = Words(_number, "rate")


class NoEngine:
    """The words of made-up members say what they mean, so nobody is asked."""

    def turn(self, turn: Turn) -> Answer:
        raise DialogueUnavailable


@dataclass
class Replies:
    """What members do, planned on the agenda when a message reaches them."""

    programme: Programme
    agenda: Agenda
    reach: Reach
    people: dict[int, Person] = field(default_factory=dict)
    """By member id."""
    events: int = 0
    said: int = 0

    def __post_init__(self) -> None:
        self.handler = TurnHandler(NoEngine(), self.programme, attempts=1, answered_by_provider=frozenset({"sms"}))

    def turning(self, person: Person, what: Turning) -> None:
        """Plans a change of the membership."""
        self.agenda.put(what.at, partial(self._happens, person, what.event))

    def reached(self, session: Session, message: OutboxMessage, touch: Touch, check_in: CheckIn, now: datetime) -> None:
        """A message of the programme was read by somebody, or left unread."""
        person = self.people[touch.member_id]
        if check_in.kind is CheckInKind.CELEBRATION:
            return
        if touch.rung == 0:
            self._may_act(session, person, check_in, now)
        answers = person.habits.answers.get(WAYS[message.channel])
        if answers is None or person.rng.random() >= answers.likelihood(touch.rung):
            return
        says = SCORE if check_in.kind is CheckInKind.SURVEY else self._words(person)
        at = awake(person, now + timedelta(hours=answers.after.draw(person.rng)))
        self.agenda.put(at, partial(self.say, person, message.channel, message.address, says))
        if person.rng.random() < person.habits.writes_again:
            again = at + timedelta(minutes=person.rng.uniform(1, AGAIN_WITHIN))
            self.agenda.put(again, partial(self.say, person, message.channel, message.address, self._words(person)))

    def rings(self, call: Call, touch: Touch, now: datetime) -> None:
        """A call was placed: somebody takes it, or nobody does."""
        person = self.people[touch.member_id]
        answers = person.habits.answers.get("voice")
        is_taken = answers is not None and person.rng.random() < answers.likelihood(touch.rung)
        came = CallOutcome.TALKED if is_taken else person.rng.choice(NOT_TAKEN)
        self.agenda.put(now + RINGS, partial(_hang_up, self.programme, call.id, came))

    def say(self, person: Person, channel: str, address: str, words: Words, session: Session, times: Times) -> None:
        """A message of a member, from its acceptance to its answer in the outbox, with nobody asked what it means."""
        self.said += 1
        text = words.text(person, times.now)
        incoming = Incoming(channel, address, text, f"simulated:{self.said}")
        row = accept(session, incoming, now=times.now, wall=times.wall)
        item = session.get_one(InboxMessage, row)
        plan = self.handler.prepare(session, item, times)
        if plan is None:
            return
        action = f"action_{words.intent}"
        scene = load(session, self.programme, self.reach, times, item, Heard(text, words.intent))
        replies = [{"response": say.response, "values": say.values} for say in ACTIONS[action](scene)]
        session.add(TurnAction(inbox_id=item.id, action=action, replies=replies, at=times.now))
        spoken = [Utterance(str(reply["response"])) for reply in replies]
        self.handler.settle(session, plan, Answer(spoken, words.intent, 1.0), times)

    def _words(self, person: Person) -> Words:
        return WORDS[one_of(person.rng, list(person.habits.says), list(person.habits.says.values()))]

    def _may_act(self, session: Session, person: Person, check_in: CheckIn, now: datetime) -> None:
        if check_in.run_id is None or person.rng.random() >= person.habits.acts:
            return
        step = runs.standing(session, check_in.run_id).step(check_in.step)
        telling = [name for name in step.observed_by if not name.startswith("membership.")]
        if telling:
            at = awake(person, now + timedelta(hours=person.habits.acts_after.draw(person.rng)))
            self.agenda.put(at, partial(self._happens, person, telling[0]))

    def _happens(self, person: Person, name: str, session: Session, times: Times) -> None:
        self.events += 1
        event = Event(f"simulated:{self.events}", f"member_number:{person.number}", name, times.now, {})
        take.take(session, self.programme, event, source=SOURCE, now=times.now)


def _hang_up(programme: Programme, call_id: int, came: CallOutcome, session: Session, times: Times) -> None:
    outcome.record(session, programme, session.get_one(Call, call_id), came, times)
