"""Where am I, what is next, why do you write to me."""

from __future__ import annotations

from bot.conversation.scene import Say, Scene
from bot.model import Question
from bot.programme import navigate, phrases


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
    """Why the member hears from us, in terms of their own journey."""
    values = {**scene.said, "joined": f"{scene.member.joined_on.day} {scene.member.joined_on:%B %Y}"}
    step = scene.standing.current if scene.standing else None
    if step is None:
        return [Say("utter_explain_contact", values)]
    return [Say("utter_explain_contact", values), Say("utter_explain_step", {"step": step.name})]


def reoffer(scene: Scene) -> list[Say]:
    """After a digression: the question that is still open, if there is one."""
    if scene.conversation.question is not Question.CHECK_IN or scene.standing is None:
        return []
    step = scene.asked_step()
    if step is None:
        return []
    ask = phrases.ask_text(scene.programme, scene.standing.journey, step, scene.said)
    return [Say("utter_reoffer", {"ask": ask})]
