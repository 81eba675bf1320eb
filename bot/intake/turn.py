"""One message of a member, from its row to its answer in the outbox."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import metrics
from bot.clock import Times
from bot.conversation.consent import OPTED_OUT
from bot.conversation.memory import conversation_of
from bot.conversation.open_question import fixed_intent
from bot.errors import DialogueUnavailable
from bot.handoff import reopening
from bot.handoff.cases import Need, member_said, open_case, unresolved
from bot.intake import activity, events, flood, habits, identity, keywords
from bot.intake.around import Around, look
from bot.intake.policy import Forward, Silence, Talk, who_answers
from bot.intake.receive import Desk
from bot.intake.say import answer
from bot.lanes.drain import Crash
from bot.lanes.retry import backoff
from bot.language.message_classes import declined_class
from bot.members import addresses, consent
from bot.members.said import said_of
from bot.model import (
    ContactPoint,
    Conversation,
    HandOffReason,
    InboxMessage,
    InboxState,
    Member,
    Purpose,
    Question,
    Team,
    TurnAction,
)
from bot.model.messages import WAITS
from bot.ports import Answer, Dialogue, Turn
from bot.programme.models import Programme
from bot.programme.template import render
from bot.rows import change

LONGEST_TEXT = 5000
OPT_OUT = "opt_out"
BEGUN = "begun"
"""Under this name a message keeps what it meant and what was open when it first went to the engine."""
# Built once: building a statement costs more than running it.
_HEAD = (
    sa.select(InboxMessage)
    .where(InboxMessage.lane == sa.bindparam("of_lane"), WAITS)
    .order_by(InboxMessage.id)
    .limit(1)
)
_REPLIES = sa.select(TurnAction.replies).where(TurnAction.inbox_id == sa.bindparam("of_message"))


@dataclass(frozen=True)
class TurnPlan:
    """A message on its way to the dialogue engine."""

    item_id: int
    turn: Turn


@dataclass(frozen=True)
class NoAnswer:
    """The engine could not be reached, or failed."""

    error: str


class TurnHandler:
    """Handles the lanes of members' messages."""

    kind = Desk.MEMBER

    def __init__(
        self,
        dialogue: Dialogue,
        programme: Programme,
        *,
        attempts: int,
        answered_by_provider: frozenset[str],
        flood_limit: int = flood.LIMIT,
    ) -> None:
        self.dialogue, self.programme = dialogue, programme
        self.attempts, self.answered_by_provider = attempts, answered_by_provider
        self.flood_limit = flood_limit

    def head(self, session: Session, lane: str) -> InboxMessage | None:
        return session.scalars(_HEAD, {"of_lane": lane}).first()

    def prepare(self, session: Session, item: InboxMessage, times: Times) -> TurnPlan | None:
        is_repeated = BEGUN in item.body and item.member_id is not None
        decided = (self._go_on if is_repeated else self._decide)(session, item, times)
        if isinstance(decided, TurnPlan):
            return decided
        self._finish(session, item, decided, times)
        return None

    def _decide(self, session: Session, item: InboxMessage, times: Times) -> TurnPlan | str:
        """The engine's work, or the outcome of a message that needs no engine."""
        handling = keywords.Handling(self.programme, times, self.answered_by_provider, self.flood_limit)
        said = events.handle(session, handling, item)
        if isinstance(said, str):
            return said
        if item.member_id is None:
            met = identity.settle_who(session, handling, item)
            if met is not None:
                return met
        return self._decide_for(session, handling, item, said.intent)

    def _decide_for(
        self, session: Session, handling: keywords.Handling, item: InboxMessage, meant: str | None
    ) -> TurnPlan | str:
        """The same for the words of a member; `meant` is their meaning when a button said it."""
        times = handling.times
        member = session.get_one(Member, item.member_id, with_for_update={"key_share": True})
        around = look(session, item, times.now - self.programme.inbox.reopen_within)
        wrong = identity.refuse_wrong_number(session, handling, item, member, around.point)
        if wrong is not None:
            return wrong
        conversation = around.conversation or conversation_of(session, member.id)
        comes_close = flood.comes_close(item, conversation.last_message_at)
        _hear(session, item, conversation, around.point, times)
        outcome = keywords.handle(session, handling, item, member, around.point)
        outcome = outcome or self._answered_by_others(session, item, around, times)
        if outcome is not None:
            return outcome
        is_decline = declined_class(item.text) is not None
        if comes_close and not is_decline and flood.is_flood(session, item, self.flood_limit):
            flood.tell(session, self.programme, item, member, times)
            return flood.OUTCOME
        if around.may_climb:
            activity.put_off(session, member.id, times.now)
        intent = meant or _meaning(item, conversation)
        begun = {"intent": intent, "slots": _slots(item, conversation)}
        change(session, item, body={**item.body, BEGUN: begun})
        return TurnPlan(item.id, self._turn(item))

    def _answered_by_others(self, session: Session, item: InboxMessage, around: Around, times: Times) -> str | None:
        """The outcome of a message that nobody answers, or a person; None when the assistant does."""
        within, may_have_case = self.programme.inbox.reopen_within, around.may_have_case
        match who_answers(session, item, around.point, within, times.now, may_have_case=may_have_case):
            case Silence() as silence:
                return f"silence:{silence.reason}"
            case Forward() as forward:
                return _forward(session, forward, item, times)
            case Talk() as talk:
                if talk.case is not None:
                    member_said(session, talk.case, item, now=times.now, wall=times.wall)
        return None

    def _go_on(self, session: Session, item: InboxMessage, times: Times) -> TurnPlan | str:
        """A turn that is repeated is the same turn, because its action may have run and have changed what is open.

        So a "yes" to "shall I stop?" is not taken for START after it has stopped. Only a person comes between.
        """
        point = consent.find(session, item.channel, item.address)
        match who_answers(session, item, point, self.programme.inbox.reopen_within, times.now):
            case Forward(reopens=False) as forward:
                return _forward(session, forward, item, times)
            case Silence() as silence if not _confirms_stop(session, item):
                return f"silence:{silence.reason}"
        return TurnPlan(item.id, self._turn(item))

    def perform(self, plan: TurnPlan) -> Answer | NoAnswer:
        started = time.perf_counter()
        try:
            return self.dialogue.turn(plan.turn)
        except DialogueUnavailable as error:
            return NoAnswer(str(error))
        finally:
            metrics.engine_seconds.observe(time.perf_counter() - started)

    def settle(self, session: Session, plan: TurnPlan, result: Answer | NoAnswer | Crash, times: Times) -> None:
        item = session.get_one(InboxMessage, plan.item_id)
        if isinstance(result, Answer):
            self._answered(session, item, result, times)
            return
        item.attempts, item.error = item.attempts + 1, result.error
        if item.attempts < self.attempts:
            item.not_before = times.wall + backoff(item.attempts)
        else:
            self._give_up(session, item, times)

    def settle_late(self, session: Session, plan: TurnPlan, result: object, times: Times) -> None:
        """Whoever holds the lane now gets the same answer from the engine."""

    def bury(self, session: Session, item_id: int, error: str, times: Times) -> None:
        item = session.get_one(InboxMessage, item_id)
        if item.member_id is not None:
            self._hand_over(session, item, times)
        item.state, item.handled_at, item.outcome, item.error = InboxState.DEAD, times.now, "fault", error

    def _turn(self, item: InboxMessage) -> Turn:
        begun = item.body[BEGUN]
        return Turn(
            conversation_id=f"member-{item.member_id}",
            message_id=f"in-{item.id}",
            channel=item.channel,
            text=item.text[:LONGEST_TEXT],
            intent=begun["intent"],
            slots=dict(begun["slots"]),
            metadata={"inbox_id": item.id},
        )

    def _answered(self, session: Session, item: InboxMessage, result: Answer, times: Times) -> None:
        text = " ".join(words for utterance in result.utterances if (words := utterance.text.strip()))
        choices = [choice for utterance in result.utterances for choice in utterance.choices]
        if not text:  # nothing said is no answer: better the words for a fault than silence
            self._give_up(session, item, times, intent=result.intent)
            return
        purpose = Purpose.NOTICE if _confirms_stop(session, item) else Purpose.REPLY
        answer(session, item, text, times, purpose=purpose, choices=choices, rule=f"reply:{result.intent}")
        self._finish(session, item, "answered", times, intent=result.intent)
        if result.intent in habits.ANSWERS and item.member_id is not None:
            member = session.get_one(Member, item.member_id)
            habits.learn(session, self.programme, member, conversation_of(session, member.id))

    def _give_up(self, session: Session, item: InboxMessage, times: Times, intent: str | None = None) -> None:
        self._hand_over(session, item, times)
        self._finish(session, item, "engine_down", times, intent=intent)

    def _hand_over(self, session: Session, item: InboxMessage, times: Times) -> None:
        """The engine stays silent: the member hears that a person takes over, and a person does."""
        member = session.get_one(Member, item.member_id)
        need = Need(
            reason=HandOffReason.ASSISTANT_DOWN,
            summary="The assistant could not answer this message.",
            channel=item.channel,
            address=item.address,
            member=member,
            team=Team.TECHNICAL_SUPPORT,
        )
        case = unresolved(session, f"member:{member.id}") or open_case(
            session, need, self.programme, now=times.now, wall=times.wall
        )
        member_said(session, case, item, now=times.now, wall=times.wall)
        words = render(self.programme.texts.engine_down, **said_of(self.programme, member))
        answer(session, item, words, times, rule="engine_down")

    @staticmethod
    def _finish(session: Session, item: InboxMessage, outcome: str, times: Times, intent: str | None = None) -> None:
        change(session, item, state=InboxState.DONE, handled_at=times.now, outcome=outcome, intent=intent)
        metrics.turns.labels(outcome).inc()
        accepted = datetime.fromisoformat(item.body["accepted_wall"])
        metrics.turn_seconds.observe(max(0.0, (times.wall - accepted).total_seconds()))


def _hear(
    session: Session, item: InboxMessage, conversation: Conversation, point: ContactPoint | None, times: Times
) -> None:
    """Where the member writes from is where the conversation is, and an address that works."""
    change(session, conversation, channel=item.channel, address=item.address, last_message_at=times.now)
    addresses.works(point)


def _forward(session: Session, forward: Forward, item: InboxMessage, times: Times) -> str:
    if forward.reopens:
        reopening.by_member(session, forward.case, now=times.now, wall=times.wall)
    member_said(session, forward.case, item, now=times.now, wall=times.wall)
    return "forwarded"


def _slots(item: InboxMessage, conversation: Conversation) -> dict[str, str]:
    slots = {"pending_question": str(conversation.question), "member_id": str(item.member_id)}
    if conversation.question is Question.CHECK_IN:
        slots["open_check_in_id"] = str(conversation.data.get("check_in", ""))
    return slots


def _meaning(item: InboxMessage, conversation: Conversation) -> str | None:
    """The intent that is too plain to be guessed at: no more messages of one class, or what the open question says."""
    return OPT_OUT if declined_class(item.text) is not None else fixed_intent(conversation, item.text)


def _confirms_stop(session: Session, item: InboxMessage) -> bool:
    """Whether this turn carried out an opt-out, by whichever action: its confirmation may still leave."""
    kept = session.scalars(_REPLIES, {"of_message": item.id})
    return any(reply["response"] == OPTED_OUT for replies in kept for reply in replies)
