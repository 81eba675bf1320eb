"""Where am I, what is next, why do you write to me."""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversation import surveys
from bot.conversation.days import say_moment, say_past_day
from bot.conversation.scene import Say, Scene
from bot.model import Question, Touch
from bot.outreach.plan import plan_of
from bot.plan.model import Kind
from bot.plan.tell import subject
from bot.programme import navigate, phrases

WAYS = {"sms": "by text message", "chat": "by chat message", "email": "by e-mail", "voice": "by phone"}
FAR_ENOUGH = 10
"""Ends of questions may come before the next message."""


def next_step(scene: Scene) -> list[Say]:
    step = scene.standing.current if scene.standing else None
    if step is None:
        return [Say("utter_nothing_open", scene.said)]
    return [Say("utter_next_step", {"step": step.name, "guide": scene.guide(step)})]


def progress(scene: Scene) -> list[Say]:
    if scene.standing is None:
        return [Say("utter_nothing_open", scene.said)]
    at, step = navigate.progress(scene.standing.journey, scene.standing.done), scene.standing.current
    if step is None:
        return [Say("utter_journey_complete", scene.said)]
    milestone = scene.standing.milestone(step.key).name
    values = {"done": str(at.done), "total": str(at.total), "milestone": milestone, "step": step.name}
    return [Say("utter_progress", values)]


def explain_contact(scene: Scene) -> list[Say]:
    """What was sent last and why, and what comes next if the member stays silent."""
    return [_last(scene), _next(scene)]


def _last(scene: Scene) -> Say:
    sent = sa.select(Touch).where(Touch.member_id == scene.member.id, Touch.sent_at.is_not(None))
    touch = scene.session.scalars(sent.order_by(Touch.sent_at.desc(), Touch.id.desc()).limit(1)).first()
    if touch is None or touch.sent_at is None:
        joined = scene.member.joined_on
        return Say("utter_explain_contact", {**scene.said, "joined": f"{joined.day} {joined:%B %Y}"})
    zone, today = scene.member.zone, scene.now.astimezone(scene.member.zone).date()
    day = say_past_day(touch.sent_at.astimezone(zone).date(), today)
    journey, step = subject(scene.session, scene.programme, touch.check_in)
    journey = journey or scene.programme.organisation.programme_name
    return Say("utter_explain_step", {**scene.said, "day": day, "step": step, "journey": journey})


def _next(scene: Scene) -> Say:
    plan = plan_of(scene.session, scene.programme, scene.reach, scene.member, scene.now, entries=FAR_ENOUGH, history=0)
    ahead = (one for one in plan.coming if one.kind is not Kind.END and one.at is not None)
    coming = next(ahead, None)
    if coming is None or coming.at is None or coming.at > plan.until:
        return Say("utter_explain_nothing", scene.said)
    values = {**scene.said, "when": say_moment(coming.at, scene.now, scene.member.zone), "step": coming.step}
    if coming.kind is Kind.CASE:
        return Say("utter_explain_person", values)
    return Say("utter_explain_next", {**values, "way": WAYS[coming.modality or "chat"]})


def reoffer(scene: Scene) -> list[Say]:
    """After a digression: the question that is still open, if there is one."""
    if scene.conversation.question in (Question.NONE, *surveys.SURVEYS):
        return surveys.reoffer(scene)
    if scene.conversation.question is not Question.CHECK_IN or scene.standing is None:
        return []
    step = scene.asked_step()
    if step is None:
        return []
    ask = phrases.ask_text(scene.programme, scene.standing.journey, step, scene.said)
    return [Say("utter_reoffer", {"ask": ask})]
