"""The organisation's own surveys: who was asked, who answered, and what each question came to. Names nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.insights.measures import names
from bot.insights.measures.counts import WHOLE, Counts, Tally, load
from bot.insights.measures.figures import SMALLEST_GROUP
from bot.insights.measures.windows import Window
from bot.model import MeasurePart, Member, SurveyAnswer, SurveyRound
from bot.programme.models import Programme, Survey
from bot.programme.surveys import SCALES, band_of
from bot.surveys.path import BETWEEN

PREFIX = "survey:"
STATE, QUESTION = "state", "question:"
TEXT = "words"
MOST_CHOICES = 60
"""Of a question with several choices there are many combinations; more than that is nobody's content."""


def name_of(key: str) -> str:
    return f"{PREFIX}{key}"


def count_of(key: str, session: Session, window: Window) -> Counts:
    """Of the rounds that were asked in the window: `n` asked, `k` with an answer."""
    counts, asked_of = Counts(), sa.func.coalesce(SurveyRound.segment, "")
    in_window = (
        SurveyRound.survey == key, SurveyRound.started_at >= window.starts, SurveyRound.started_at < window.ends
    )  # fmt: skip
    answered = sa.exists().where(SurveyAnswer.round_id == SurveyRound.id)
    rounds = (
        sa.select(asked_of.label("segment"), SurveyRound.state, answered.label("answered"), SurveyRound.id)
        .where(*in_window)
        .subquery()
    )
    columns = (rounds.c.segment, rounds.c.state, rounds.c.answered)
    for segment, state, has_answer, many in session.execute(sa.select(*columns, sa.func.count()).group_by(*columns)):
        counts.put(segment, n=many, k=many if has_answer else 0)
        counts.put(segment, STATE, str(state), n=many)
    _answers(session, counts, asked_of, in_window)
    return counts


def _answers(
    session: Session, counts: Counts, asked_of: sa.ColumnElement[str], in_window: Sequence[sa.ColumnElement[bool]]
) -> None:
    is_words = sa.func.coalesce(SurveyAnswer.kind, "text") == "text"
    said = sa.case((is_words, TEXT), (SurveyAnswer.number.is_not(None), sa.cast(SurveyAnswer.number, sa.Text)),
                   else_=TEXT)  # fmt: skip
    chosen = sa.case((SurveyAnswer.kind.in_(("single", "multiple")), SurveyAnswer.text), else_=said)
    each = (
        sa.select(asked_of.label("segment"), SurveyAnswer.question, chosen.label("said"), SurveyAnswer.kind)
        .join(SurveyRound, SurveyRound.id == SurveyAnswer.round_id)
        .where(*in_window)
        .subquery()
    )
    columns = (each.c.segment, each.c.question, each.c.kind, each.c.said)
    for segment, question, kind, what, many in session.execute(sa.select(*columns, sa.func.count()).group_by(*columns)):
        counts.put(segment, f"{QUESTION}{question}", "", n=many)
        for one in (what or "").split(BETWEEN) if kind in ("single", "multiple") else [what or ""]:
            if what != TEXT:
                counts.put(segment, f"{QUESTION}{question}", one, n=many)


@dataclass(frozen=True)
class Question:
    """What the answers to one question came to; `counts` has each score or choice. Hidden when they are too few."""

    key: str
    ask: str
    kind: str
    answers: int
    counts: tuple[tuple[str, int], ...]
    mean: Fraction | None = None
    nps: Fraction | None = None
    is_hidden: bool = False


@dataclass(frozen=True)
class Group:
    """A segment that was asked (None: all), with the mean or NPS of each question that has scores."""

    segment: str | None
    name: str
    asked: int
    responded: int
    questions: tuple[Question, ...]

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.responded, self.asked) if self.asked else None


@dataclass(frozen=True)
class Results:
    """One survey over a period: of all, and of each segment."""

    key: str
    name: str
    whole: Group
    segments: tuple[Group, ...]
    counted_at: datetime | None


def read(session: Session, programme: Programme, keys: Sequence[str], months: int) -> list[Results]:
    """What was counted of these surveys of the content."""
    found = sa.select(MeasurePart).where(
        MeasurePart.name.in_([name_of(key) for key in keys]), MeasurePart.part == f"last-{months}"
    )
    kept = {row.name: row for row in session.scalars(found)}
    told = []
    for key in keys:
        row = kept.get(name_of(key))
        counts = load([*row.whole, *row.body]) if row is not None else Counts()
        told.append(results(programme, key, counts, row.counted_at if row is not None else None))
    return told


def results(programme: Programme, key: str, counts: Counts, counted_at: datetime | None) -> Results:
    """What the counts come to."""
    survey = programme.surveys[key]
    by_segment = counts.segments()
    segments = [
        _group(programme, survey, counts, segment, tally)
        for segment, tally in ((one, by_segment[one]) for one in names.ordered(WHOLE, by_segment))
    ]
    return Results(
        key, survey.name, _group(programme, survey, counts, None, counts.total(None)),
        tuple(_without_remainder(segments)), counted_at,
    )  # fmt: skip


def _group(programme: Programme, survey: Survey, counts: Counts, segment: str | None, tally: Tally) -> Group:
    questions = [
        _question(key, _words(programme, ask), kind, counts.groups(f"{QUESTION}{key}", segment))
        for key, ask, kind in _asked(survey)
    ]
    name = names.segment(programme, segment) if segment is not None else "All members"
    return Group(segment, name, tally.n, tally.k, tuple(one for one in questions if one.answers))


def _words(programme: Programme, ask: str) -> str:
    """The question as everybody reads it; what differs from member to member stays a name in braces."""
    told = {"organisation": programme.organisation.name, "programme": programme.organisation.programme_name}
    for name, words in told.items():
        ask = ask.replace(f"{{{name}}}", words)
    return ask


def _asked(survey: Survey) -> list[tuple[str, str, str]]:
    """Each question with its words and kind, in the order of the content; the one about the reason after its score."""
    found: list[tuple[str, str, str]] = []
    for one in survey.questions:
        found.append((one.key, one.ask, one.kind))
        found += [(key, "The reason, in their own words", "text") for key in one.keys[1:]]
    return found


def _question(key: str, ask: str, kind: str, groups: Mapping[str, Tally]) -> Question:
    answers = groups[""].n if "" in groups else 0
    counts = {label: tally.n for label, tally in groups.items() if label}
    if answers < SMALLEST_GROUP:
        return Question(key, ask, kind, answers, (), is_hidden=answers > 0)
    if kind not in SCALES:
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_CHOICES]
        return Question(key, ask, kind, answers, tuple(ordered))
    low, high = SCALES[kind]
    scores = {score: counts.get(str(score), 0) for score in range(low, high + 1)}
    total = sum(scores.values())
    mean = Fraction(sum(score * many for score, many in scores.items()), total) if total else None
    nps = _nps(scores, total) if kind == "nps" and total else None
    return Question(key, ask, kind, answers, tuple((str(score), many) for score, many in scores.items()), mean, nps)


def _nps(scores: Mapping[int, int], total: int) -> Fraction:
    worth = {"low": -1, "middle": 0, "high": 1}
    return Fraction(100 * sum(worth[band_of("nps", score)] * many for score, many in scores.items()), total)


def _without_remainder(groups: list[Group]) -> list[Group]:
    """Where one segment's answers are hidden, those of the next smallest are too: else subtraction would show them."""
    keys = {question.key for group in groups for question in group.questions}
    hide: set[tuple[str | None, str]] = set()
    for key in keys:
        found = [(group, one) for group in groups for one in group.questions if one.key == key]
        small = [one for _group, one in found if one.is_hidden]
        shown = [(one.answers, group.segment or "") for group, one in found if not one.is_hidden]
        if len(small) == 1 and shown:
            hide.add((min(shown)[1], key))
    return [_hiding(group, {key for segment, key in hide if segment == (group.segment or "")}) for group in groups]


def _hiding(group: Group, keys: set[str]) -> Group:
    questions = tuple(
        Question(one.key, one.ask, one.kind, one.answers, (), is_hidden=True) if one.key in keys else one
        for one in group.questions
    )
    return Group(group.segment, group.name, group.asked, group.responded, questions)


class Words(NamedTuple):
    """What a member wrote, without their name."""

    at: datetime
    question: str
    text: str | None
    channel: str | None
    segment: str
    id: int


def words(session: Session, key: str, window: Window, *, before: int | None = None, most: int = 25) -> list[Words]:
    """Answers in the members' own words, the newest first; `before` is the id of the last one of the page before."""
    found = (
        sa.select(SurveyAnswer.at, SurveyAnswer.question, SurveyAnswer.text, SurveyAnswer.channel,
                  sa.func.coalesce(SurveyRound.segment, Member.segment), SurveyAnswer.id)
        .join(Member, Member.id == SurveyAnswer.member_id)
        .outerjoin(SurveyRound, SurveyRound.id == SurveyAnswer.round_id)
        .where(
            SurveyAnswer.survey == key, SurveyAnswer.kind == "text", SurveyAnswer.text.is_not(None),
            SurveyAnswer.text != "", SurveyAnswer.at >= window.starts, SurveyAnswer.at < window.ends,
        )
        .order_by(SurveyAnswer.id.desc())
        .limit(most)
    )  # fmt: skip
    if before is not None:
        found = found.where(SurveyAnswer.id < before)
    return [Words._make(row) for row in session.execute(found)]
