"""Stop, start, and a person instead of a bot."""

from __future__ import annotations

from bot.conversation.answers import bring_person
from bot.conversation.scene import Say, Scene
from bot.members import consent
from bot.model import HandOffReason, Question

SURE = 0.7
OPTED_OUT = "utter_opted_out"


def opt_out(scene: Scene) -> list[Say]:
    """Stops at once when the wish is clear, otherwise asks."""
    if scene.heard.confidence < SURE and scene.conversation.question is not Question.CONFIRM_OPT_OUT:
        scene.ask(Question.CONFIRM_OPT_OUT, step=scene.conversation.data.get("step"))
        return [Say("utter_confirm_opt_out", scene.said)]
    point = consent.find(scene.session, scene.item.channel, scene.item.address)
    if point is not None:
        consent.withdraw(scene.session, point, consent.Evidence("conversation", scene.heard.text[:500]), scene.now)
    scene.forget()
    return [Say(OPTED_OUT, scene.said)]


def opt_in(scene: Scene) -> list[Say]:
    """Only somebody who may be messaged gets this far; START is decided before the dialogue."""
    return [Say("utter_opted_in", scene.said)]


def request_human(scene: Scene) -> list[Say]:
    return bring_person(scene, HandOffReason.ASKED, f"Asked for a person: {scene.heard.text[:200]}")
