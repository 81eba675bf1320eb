"""Which question of a survey comes next. Pure: from the content and the answers so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.programme.surveys import SCALES, WHY, OnlyIf, QuestionKind, Survey, band_of

BETWEEN = "; "
"""Stands between several choices in the text of an answer."""


@dataclass(frozen=True)
class Ask:
    """One question as it is put; `text` still has its placeholders."""

    key: str
    kind: QuestionKind
    text: str
    choices: tuple[str, ...] = ()

    @property
    def scale(self) -> tuple[int, int]:
        """The lowest and the highest score; for other questions the numbers of the choices."""
        return SCALES.get(self.kind, (1, len(self.choices)))


@dataclass(frozen=True)
class Given:
    """An answer: the score or the number of the choice, and the words."""

    number: int | None
    text: str | None


def questions(survey: Survey, given: Mapping[str, Given]) -> Iterator[Ask]:
    """The questions that come as far as the answers tell, in order, with those about the reason of a score."""
    for question in survey.questions:
        if question.only_if is not None and not _holds(question.only_if, given):
            continue
        yield Ask(question.key, question.kind, question.ask, question.choices)
        score = given[question.key].number if question.key in given else None
        if question.follow_up is not None and score is not None:
            yield Ask(f"{question.key}{WHY}", "text", question.follow_up.for_score(question.kind, score))


def first(survey: Survey) -> Ask:
    return next(questions(survey, {}))


def find(survey: Survey, key: str | None, given: Mapping[str, Given]) -> Ask | None:
    """The question with this key; None when the content has it no more."""
    return next((ask for ask in questions(survey, given) if ask.key == key), None)


def after(survey: Survey, key: str, given: Mapping[str, Given]) -> Ask | None:
    """The question that follows the one with this key, answered or not; None at the end."""
    order = [one for question in survey.questions for one in question.keys]
    if key not in order:
        return None
    later = set(order[order.index(key) + 1 :])
    return next((ask for ask in questions(survey, given) if ask.key in later), None)


def low_score(survey: Survey, given: Mapping[str, Given]) -> tuple[Ask, int] | None:
    """The first score that says that something is wrong (of an NPS: a detractor), with its question."""
    return _scored(survey, given, "low")


def promoter_score(survey: Survey, given: Mapping[str, Given]) -> int | None:
    """The score of a member who would recommend the organisation."""
    found = _scored(survey, given, "high", "nps")
    return found[1] if found is not None else None


def _scored(survey: Survey, given: Mapping[str, Given], band: str, *kinds: str) -> tuple[Ask, int] | None:
    for ask in questions(survey, given):
        score = given[ask.key].number if ask.key in given else None
        if score is not None and ask.kind in (kinds or SCALES) and band_of(ask.kind, score) == band:
            return ask, score
    return None


def _holds(condition: OnlyIf, given: Mapping[str, Given]) -> bool:
    """What was not answered satisfies no condition."""
    answer = given.get(condition.question)
    if answer is None:
        return False
    if condition.choice is not None and condition.choice not in (answer.text or "").split(BETWEEN):
        return False
    if condition.at_least is None and condition.at_most is None:
        return True
    if answer.number is None:
        return False
    at_least, at_most = condition.at_least, condition.at_most
    return (at_least is None or answer.number >= at_least) and (at_most is None or answer.number <= at_most)
