"""Running an action once: its result is kept with the message, so that a repeated turn repeats only the words."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import metrics
from bot.clock import Clock, Times
from bot.conversation import answers, choices, consent, guidance, leaving, requests, surveys, timing, wishes
from bot.conversation.choices import Action
from bot.conversation.meaning import in_check_in, stands_for
from bot.conversation.scene import Heard, Say, Scene, load
from bot.db import Database
from bot.errors import NotFound, Refused
from bot.model import InboxMessage, InboxState, Question, TurnAction
from bot.outreach.reach import Reach
from bot.programme.models import Programme

log = logging.getLogger(__name__)

ACTIONS: Mapping[str, Action] = {
    "action_report_done": answers.report_done,
    "action_report_in_progress": answers.report_in_progress,
    "action_report_not_done": answers.report_not_done,
    "action_report_blocked": answers.report_blocked,
    "action_next_step": guidance.next_step,
    "action_progress": guidance.progress,
    "action_explain_contact": guidance.explain_contact,
    "action_reoffer": guidance.reoffer,
    "action_snooze": timing.snooze,
    "action_away": timing.away,
    "action_opt_out": consent.opt_out,
    "action_opt_in": consent.opt_in,
    "action_request_human": consent.request_human,
    "action_rate": choices.rate,
    "action_skip": choices.skip,
    "action_affirm": choices.affirm,
    "action_deny": choices.deny,
    "action_how_to": requests.how_to,
    "action_benefits": requests.benefits,
    "action_events": requests.events,
    "action_renewal": requests.renewal,
    "action_refer": requests.refer,
    "action_mentor": requests.mentor,
    "action_set_up": requests.set_up,
    "action_technical_problem": requests.technical_problem,
    "action_complain": requests.complain,
    "action_feedback": requests.feedback,
    "action_praise": requests.praise,
    "action_update_details": requests.update_details,
    "action_wrong_number": requests.wrong_number,
    "action_ask_data": requests.ask_data,
    "action_erase_me": requests.erase_me,
    "action_cancel_membership": leaving.cancel_membership,
    "action_why_leaving": leaving.why_leaving,
    "action_no_reason": leaving.no_reason,
    "action_set_goal": wishes.set_goal,
    "action_tell_goal": wishes.tell_goal,
    "action_change_channel": wishes.change_channel,
    "action_change_contact_time": wishes.change_contact_time,
    "action_repeat": wishes.repeat,
    "action_survey_answer": surveys.answer,
    "action_survey_skip": surveys.skip,
    "action_survey_later": surveys.later,
    "action_clarify": choices.clarify,
    "action_out_of_scope": choices.out_of_scope,
}


# Built once: building a statement costs more than running it.
_MESSAGE = (
    sa.select(InboxMessage, TurnAction.replies)
    .outerjoin(
        TurnAction, sa.and_(TurnAction.inbox_id == InboxMessage.id, TurnAction.action == sa.bindparam("of_action"))
    )
    .where(InboxMessage.id == sa.bindparam("of_message"))
)
_KEEP = sa.insert(cast("sa.Table", TurnAction.__table__))


class Performer:
    """Runs the actions of the dialogue engine against the database. `reach` are the channels to members."""

    def __init__(self, db: Database, programme: Programme, clock: Clock, reach: Reach) -> None:
        self.db, self.programme, self.clock, self.reach = db, programme, clock, reach

    def perform(self, action: str, inbox_id: int, heard: Heard) -> list[Say]:
        """The replies of `action` to a message; a second call gives the same replies and changes nothing.

        Raises:
            NotFound: there is no such action, or no such message of a member.
            Refused: the message has been dealt with in another way meanwhile.
        """
        if action not in ACTIONS:
            raise NotFound(f"action {action}")
        with self.db.begin() as session:
            item, known = self._message(session, action, inbox_id)
            if known is not None:
                metrics.actions.labels(action, "repeated").inc()
                return [read(reply) for reply in known]
            replies = self._run(session, action, item, heard)
        metrics.actions.labels(action, "done").inc()
        return replies

    @staticmethod
    def _message(session: Session, action: str, inbox_id: int) -> tuple[InboxMessage, list[Any] | None]:
        """The message, with the replies of this action if it ran already."""
        row = session.execute(_MESSAGE, {"of_message": inbox_id, "of_action": action}).first()
        if row is None or (row[0].member_id is None and row[1] is None):
            raise NotFound(f"message {inbox_id} of a member")
        return row[0], row[1]

    def _run(self, session: Session, action: str, item: InboxMessage, heard: Heard) -> list[Say]:
        times = Times(self.clock.now(), self.clock.wall())
        if item.state is not InboxState.PENDING:
            raise Refused("The message has been dealt with: a late action must not change anything any more.")
        scene = load(session, self.programme, self.reach, times, item, heard)
        replies = ACTIONS[_meant(scene, action)](scene)
        kept = {"inbox_id": item.id, "action": action, "replies": [asdict(reply) for reply in replies], "at": times.now}
        session.execute(_KEEP, kept)
        return replies


def _meant(scene: Scene, action: str) -> str:
    """The action for what was said beside a check-in, whose words may answer it more clearly than the model saw."""
    if scene.conversation.question is not Question.CHECK_IN:
        return action
    heard = scene.heard
    meaning = in_check_in(heard.text, heard.intent, heard.ranking)
    meant = f"action_{meaning}"
    return meant if meant in ACTIONS and not stands_for(meaning, heard.intent) else action


def read(reply: dict[str, object]) -> Say:
    """A reply as it was kept."""
    values, offered = reply["values"], reply["choices"]
    assert isinstance(values, dict)
    assert isinstance(offered, list | tuple)
    return Say(str(reply["response"]), {str(k): str(v) for k, v in values.items()}, tuple(map(str, offered)))
