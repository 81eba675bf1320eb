"""Stop, start, and a person instead of a bot."""

from __future__ import annotations

from bot.conversation.answers import bring_person
from bot.conversation.scene import Say, Scene
from bot.language.message_classes import declined_class
from bot.members import consent, preferences
from bot.model import HandOffReason, Question
from bot.programme.base import Declinable, MessageClass

SURE = 0.7
OPTED_OUT = "utter_opted_out"
WORDS_FOR: dict[MessageClass, str] = {
    "promotional": "invitations and offers",
    "relationship": "check-ins about your steps",
    "transactional": "notices about your membership",
}
"""How members are told of the classes of messages."""
SURVEYS = "surveys"


def opt_out(scene: Scene) -> list[Say]:
    """Stops at once when the wish is clear, otherwise asks. A wish about one class of messages ends that class only."""
    named = declined_class(scene.heard.text)
    if named is not None:
        return _decline(scene, named)
    if scene.heard.confidence < SURE and scene.conversation.question is not Question.CONFIRM_OPT_OUT:
        scene.ask(Question.CONFIRM_OPT_OUT, step=scene.conversation.data.get("step"))
        return [Say("utter_confirm_opt_out", scene.said)]
    point = consent.find(scene.session, scene.item.channel, scene.item.address)
    if point is not None:
        consent.withdraw(scene.session, point, consent.Evidence("conversation", scene.heard.text[:500]), scene.now)
    scene.forget()
    return [Say(OPTED_OUT, scene.said)]


def _decline(scene: Scene, named: Declinable) -> list[Say]:
    evidence = consent.Evidence(scene.source.source, scene.heard.text[:500])
    preferences.decline(scene.session, scene.programme, scene.member, named, evidence, scene.now)
    if scene.conversation.question in (Question.CONFIRM_OPT_OUT, Question.CLARIFY):
        scene.forget()
    gone = preferences.declined(scene.session, scene.member.id)
    rest = " and ".join(words for name, words in WORDS_FOR.items() if name not in gone)
    what = SURVEYS if named == "survey" else WORDS_FOR[named]
    return [Say("utter_class_declined", {**scene.said, "what": what, "rest": rest})]


def opt_in(scene: Scene) -> list[Say]:
    """Only somebody who may be messaged gets this far; START is decided before the dialogue."""
    return [Say("utter_opted_in", scene.said)]


def request_human(scene: Scene) -> list[Say]:
    return bring_person(scene, HandOffReason.ASKED, f"Asked for a person: {scene.heard.text[:200]}")
