"""Yes, no, a number, and what was not understood."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation import answers, consent, guidance, surveys, timing
from bot.conversation.open_question import yes_or_no
from bot.conversation.scene import Say, Scene
from bot.language.numbers import Score, read_score
from bot.language.picks import read_picks
from bot.language.standing import Standing
from bot.model import Question, SurveyAnswer

Action = Callable[[Scene], list[Say]]

MEANINGS: dict[str, tuple[str, Action]] = {
    "report_done": ("I've done it", answers.report_done),
    "report_in_progress": ("I've started", answers.report_in_progress),
    "report_not_done": ("Not yet", answers.report_not_done),
    "report_blocked": ("I'm stuck", answers.report_blocked),
    "ask_next_step": ("What's next?", guidance.next_step),
    "ask_progress": ("How far am I?", guidance.progress),
    "snooze": ("Ask me later", timing.snooze),
    "away": ("I'm away", timing.away),
    "opt_out": ("Stop messaging me", consent.opt_out),
    "request_human": ("Talk to a person", consent.request_human),
}
PERSON = "request_human"
YES_OR_NO = (Question.CONFIRM_AWAY, Question.CONFIRM_OPT_OUT, Question.OFFER_PERSON)
"""Questions to which a yes or no at the beginning is the answer, whatever follows."""


def affirm(scene: Scene) -> list[Say]:
    match scene.conversation.question:
        case Question.CLARIFY:
            return _choose(scene, 1)
        case Question.OFFER_PERSON:
            return consent.request_human(scene)
        case Question.CONFIRM_OPT_OUT:
            return consent.opt_out(scene)
        case Question.CHECK_IN:
            return answers.report_done(scene)
    scene.forget()
    return [Say("utter_ok", scene.said)]


def deny(scene: Scene) -> list[Say]:
    match scene.conversation.question:
        case Question.CLARIFY:
            return _offer_person(scene)
        case Question.CONFIRM_AWAY:
            return timing.away(scene)
        case Question.CONFIRM_OPT_OUT:
            scene.forget()
            return [Say("utter_stays_in", scene.said)]
        case Question.CHECK_IN:
            return answers.report_not_done(scene)
    scene.forget()
    return [Say("utter_ok", scene.said)]


def skip(scene: Scene) -> list[Say]:
    """Not this question: a check-in comes back later, anything else is let be."""
    if scene.conversation.question is Question.CHECK_IN:
        return timing.snooze(scene)
    scene.forget()
    return [Say("utter_ok", scene.said)]


def rate(scene: Scene) -> list[Say]:
    """A number: the choice that it names, or a score, which is kept."""
    if surveys.waits_for_score(scene):
        return surveys.answer(scene)
    if scene.conversation.question is Question.CONFIRM_AWAY and timing.names_a_day(scene):
        return timing.away(scene)
    clarifying = scene.conversation.question is Question.CLARIFY
    score = read_score(scene.heard.text, low=1 if clarifying else 0, high=9 if clarifying else 10)
    if not isinstance(score, Score):
        return clarify(scene)
    if clarifying:
        return _choose(scene, score.value)
    scene.session.add(
        SurveyAnswer(
            member_id=scene.member.id,
            survey="unasked",
            question="score",
            number=score.value,
            text=scene.heard.text[:500],
            inbox_id=scene.item.id,
            at=scene.now,
        )
    )
    return [Say("utter_score_kept", {"score": str(score.value)})]


def clarify(scene: Scene) -> list[Say]:
    """Not understood: once with likely meanings, then with the offer of a person."""
    if scene.conversation.question is Question.CONFIRM_AWAY and timing.names_a_day(scene):
        return timing.away(scene)
    if scene.conversation.question in YES_OR_NO and yes_or_no(scene.heard.text) is not None:
        return affirm(scene) if yes_or_no(scene.heard.text) is Standing.DONE else deny(scene)
    if scene.conversation.question is Question.CLARIFY and (picks := _picks(scene)):
        return _choose(scene, picks[0])
    if scene.conversation.question in (Question.CLARIFY, Question.OFFER_PERSON):
        return _offer_person(scene)
    likely = [name for name, _ in scene.heard.ranking if name in MEANINGS and name != PERSON][:2]
    options = [*(likely or ["report_done", "report_blocked"]), PERSON]
    titles = [MEANINGS[name][0] for name in options]
    scene.ask(Question.CLARIFY, options=options, choices=titles, step=scene.conversation.data.get("step"))
    return [Say("utter_clarify", scene.said, tuple(titles))]


def out_of_scope(scene: Scene) -> list[Say]:
    """Nothing we can help with. Right after a question that was not understood, it is that again."""
    if scene.conversation.question is Question.CLARIFY:
        return clarify(scene)
    return [Say("utter_out_of_scope", scene.said)]


def _picks(scene: Scene) -> tuple[int, ...] | None:
    """Which of the likely meanings the words name: "the third one"."""
    return read_picks(scene.heard.text, scene.conversation.data.get("choices", ()), several=False)


def _choose(scene: Scene, number: int) -> list[Say]:
    options = scene.conversation.data.get("options", [])
    if not 1 <= number <= len(options):
        return _offer_person(scene)
    scene.forget()
    return MEANINGS[options[number - 1]][1](scene)


def _offer_person(scene: Scene) -> list[Say]:
    scene.ask(Question.OFFER_PERSON, step=scene.conversation.data.get("step"))
    return [Say("utter_offer_person", scene.said)]
