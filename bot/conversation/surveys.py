"""The questions of a survey in the conversation: one at a time, each answer kept at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.conversation import timing
from bot.conversation.days import say_moment
from bot.conversation.open_question import ends_survey
from bot.conversation.scene import Say, Scene
from bot.model import LIVE, CheckIn, CheckInState, Question, RoundState, SurveyAnswer, SurveyRound
from bot.programme.models import Survey, Variant
from bot.programme.template import render
from bot.progress import dates, steps
from bot.surveys import ending, path, reading, rounds, tick
from bot.surveys.path import Ask, Given

AFTER_SILENCE = timedelta(days=1)
"""So long after a question in the conversation stayed without an answer, the next rung of the ladder asks it."""
PUT_OFF = timedelta(days=7)
"""A survey that was put off may be answered at least so long after it is asked again."""
SURVEYS = (Question.SURVEY_SCORE, Question.SURVEY_CHOICE, Question.SURVEY_TEXT)


@dataclass(frozen=True)
class Hand:
    """The question in hand: of which round, asked by which check-in, after which answers."""

    row: SurveyRound
    survey: Survey
    check_in: CheckIn
    ask: Ask
    given: dict[str, Given]


def in_hand(scene: Scene) -> Hand | None:
    """The question that is open; also when something else was asked since, as long as the survey is under way."""
    row = rounds.under_way(scene.session, scene.member.id)
    survey = scene.programme.surveys.get(row.survey) if row is not None else None
    check_in = scene.session.get(CheckIn, row.check_in_id) if row is not None and row.check_in_id else None
    if row is None or survey is None or check_in is None:
        return None
    given = rounds.given(scene.session, row)
    ask = path.find(survey, row.question, given)
    return Hand(row, survey, check_in, ask, given) if ask is not None else None


def waits_for_score(scene: Scene) -> bool:
    """Whether a number, out of the blue, answers a survey: its question was asked, and nothing else is open."""
    hand = in_hand(scene) if scene.conversation.question in (Question.NONE, *SURVEYS) else None
    return hand is not None and hand.ask.kind != "text"


def answer(scene: Scene) -> list[Say]:
    """Keeps the answer and asks what comes next; what can't be read is asked once more, and then passed over."""
    hand = in_hand(scene)
    if hand is None:
        scene.forget()
        return [Say("utter_ok", scene.said)]
    found = reading.read(hand.ask, scene.heard.text)
    if found is not None:
        _keep(scene, hand, found)
        return _go_on(scene, hand, "utter_survey_next")
    hand.row.unclear += 1
    if hand.row.unclear > 1:
        return _go_on(scene, hand, "utter_survey_skipped")
    _open(scene, hand.row, hand.check_in, hand.ask)
    return [_unclear(hand.ask)]


def skip(scene: Scene) -> list[Say]:
    """Passes the question over, or the rest of the survey if that is what they say."""
    hand = in_hand(scene)
    if hand is None:
        scene.forget()
        return [Say("utter_ok", scene.said)]
    if not ends_survey(scene.heard.text):
        return _go_on(scene, hand, "utter_survey_skipped")
    _close(scene, hand, ending.DECLINED)
    came = ending.settle(scene.session, scene.programme, scene.member, hand.row, scene.times)
    return [Say("utter_survey_stopped", scene.said), *_person(scene, came)]


def later(scene: Scene) -> list[Say]:
    """Asks the question again at the named time, or in two days; the ladder begins anew."""
    hand = in_hand(scene)
    if hand is None:
        return timing.snooze(scene)
    at = timing.named_or_later(scene)
    expires = max(hand.check_in.expires_at or at, at + PUT_OFF)
    _close(scene, hand, "snoozed")
    check_in = tick.new_check_in(scene.member, hand.row, hand.survey, at, expires, scene.now)
    scene.session.add(check_in)
    scene.session.flush()
    hand.row.check_in_id, hand.row.look_at = check_in.id, expires
    scene.forget()
    return [Say("utter_survey_later", {"when": say_moment(at, scene.now, scene.member.zone)})]


def reoffer(scene: Scene) -> list[Say]:
    """After a digression: the question in hand once more."""
    hand = in_hand(scene)
    if hand is None:
        return []
    _open(scene, hand.row, hand.check_in, hand.ask)
    return [Say("utter_reoffer", {"ask": render(hand.ask.text, **scene.said)}, hand.ask.choices)]


def _keep(scene: Scene, hand: Hand, found: Given) -> None:
    hand.given[hand.ask.key] = found
    scene.session.add(
        SurveyAnswer(
            member_id=scene.member.id, check_in_id=hand.check_in.id, round_id=hand.row.id, survey=hand.row.survey,
            question=hand.ask.key, kind=hand.ask.kind, number=found.number, text=found.text,
            channel=scene.item.channel, inbox_id=scene.item.id, asked_at=scene.conversation.asked_at, at=scene.now,
        )
    )  # fmt: skip
    scene.session.flush()


def _go_on(scene: Scene, hand: Hand, response: str) -> list[Say]:
    """The next question, or thanks; a person hears of a bad answer when its reason was given."""
    following = path.after(hand.survey, hand.ask.key, hand.given)
    if following is None:
        return _end(scene, hand)
    came = hand.ask.kind == "text" and ending.bring_person(
        scene.session, scene.programme, scene.member, hand.row, scene.times
    )
    rounds.take_in_hand(hand.row, following)
    _open(scene, hand.row, hand.check_in, following)
    about_it = following.key.startswith(f"{hand.ask.key}_") and response == "utter_survey_next"
    words = render(following.text, **scene.said)
    said = Say("utter_words", {"words": words}) if about_it else Say(response, {"ask": words}, following.choices)
    return [*_person(scene, came), said]


def _end(scene: Scene, hand: Hand) -> list[Say]:
    _close(scene, hand, RoundState.ANSWERED)
    came = ending.settle(scene.session, scene.programme, scene.member, hand.row, scene.times)
    replies = [Say("utter_words", {"words": render(hand.survey.thanks, **scene.said)}), *_person(scene, came)]
    if not came and ending.may_refer(scene.session, scene.programme, hand.row, scene.now):
        hand.row.referral_at = scene.now
        replies.append(Say("utter_survey_refer", {"link": ending.referral_link(scene.programme)}))
    return replies


def _person(scene: Scene, came: bool) -> list[Say]:
    return [Say("utter_survey_person", scene.said)] if came else []


def _close(scene: Scene, hand: Hand, outcome: str) -> None:
    steps.close(hand.check_in, CheckInState.ANSWERED, outcome, scene.now)
    steps.wake_waiting(scene.session, scene.member.id, scene.now)


def _open(scene: Scene, row: SurveyRound, check_in: CheckIn, ask: Ask) -> None:
    """The conversation is about this question. After a day of silence the next rung asks it, where there is one."""
    scene.ask(rounds.QUESTION_OF[ask.kind], **rounds.open_data(row, ask.choices))
    has_rung = check_in.ladder is not None and check_in.rung < len(Variant.model_validate(check_in.ladder).rungs)
    if check_in.state in LIVE and has_rung:
        check_in.next_touch_at = dates.before_end(scene.now + AFTER_SILENCE, check_in.expires_at)


def _unclear(ask: Ask) -> Say:
    if ask.choices:
        several = "utter_survey_which_ones" if ask.kind == "multiple" else "utter_survey_which_one"
        return Say(several, {}, ask.choices)
    low, high = ask.scale
    return Say("utter_survey_which_number", {"low": str(low), "high": str(high)})
