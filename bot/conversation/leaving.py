"""Somebody wants to leave: one question why, no arguing, and a person who takes care of it."""

from __future__ import annotations

from bot.conversation.answers import bring_person, note_case
from bot.conversation.scene import Say, Scene
from bot.handoff.cases import unresolved
from bot.model import HandOffReason, Question

ENOUGH_WORDS = 12
"""Who wrote so much has said why."""
WISH = "Wants to leave: "


def cancel_membership(scene: Scene) -> list[Say]:
    """Asks for the reason, unless it was given; leaving itself is done by a person, never by a bot.

    The wish is passed on at once: who does not answer "why?" wants to leave all the same.
    """
    if len(scene.heard.text.split()) >= ENOUGH_WORDS:
        return _pass_on(scene, scene.heard.text)
    note_case(scene, HandOffReason.LEAVING, f"{WISH}{scene.heard.text[:500]}")
    scene.ask(Question.LEAVING, said=scene.heard.text[:500])
    return [Say("utter_ask_why_leaving", scene.said)]


def why_leaving(scene: Scene) -> list[Say]:
    """The answer to that question, whatever it is."""
    return _pass_on(scene, f"{scene.conversation.data.get('said', '')} | Reason: {scene.heard.text}")


def no_reason(scene: Scene) -> list[Say]:
    """They would rather not say, and need not."""
    return _pass_on(scene, f"{scene.conversation.data.get('said', '')} | Gave no reason.")


def _pass_on(scene: Scene, words: str) -> list[Say]:
    summary = f"{WISH}{words[:500]}"
    case = unresolved(scene.session, f"member:{scene.member.id}")
    if case is not None and case.summary.startswith(WISH):
        case.summary = summary
    bring_person(scene, HandOffReason.LEAVING, summary)
    return [Say("utter_leaving_noted", scene.said)]
