"""Counting ahead: what is kept is what would be counted now, and it is counted again when it is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.db import Database
from bot.insights.measures import answers, measure, onboarding, store, surveys, windows
from bot.insights.measures.catalogue import MEASURES
from bot.insights.measures.counts import Counts, load
from bot.model import Base, MeasurePart, Member
from tests.support.measured import NOW, World, plain
from tests.support.sandbox_clock import StillClock
from tests.support.small_programme import make_programme

SURVEY = {
    "name": "S", "when": {"after": "joined", "offset": "7d"}, "thanks": "Thanks", "ladder": "standard",
    "questions": [
        {"key": "score", "kind": "nps", "ask": "How is it?"},
        {"key": "seeks", "kind": "multiple", "ask": "What?", "choices": ["a job", "people"]},
        {"key": "why", "kind": "text", "ask": "Why?"},
    ],
}  # fmt: skip


@pytest.fixture
def world(db: Database) -> World:
    """A little of everything."""
    made = World(db, make_programme(surveys={"start": SURVEY}))
    for at in range(12):
        member = made.member("2026-08-01", renews_on=date(2026, 9, 1))
        made.scored(member, f"2026-10-{at + 1:02}", "nps", 9 if at % 3 else 2)
        made.scored(member, f"2026-10-{at + 1:02}", "text", None, question="why", text=f"because {at}")
        made.scored(member, "2026-10-20", "multiple", None, question="seeks", text="a job; people")
        made.asked(member, [("sms", "2026-10-01 14:00")], "2026-10-01 14:10" if at % 2 else None)
    made.case("2026-10-01 10:00", "2026-10-01 11:00")
    return made


def refresh(world: World, now: datetime = NOW) -> int:
    return store.refresh(world.db, world.programme, StillClock(now))


def test_what_is_kept_is_what_would_be_counted_now(world: World) -> None:
    refresh(world)
    with world.db.begin() as session:
        for kind in MEASURES.values():
            kept = load_part(session, kind.name, "2026-10")
            assert {key: plain(one) for key, one in kept.tallies.items()} == {
                key: plain(one)
                for key, one in kind.count(session, world.programme, windows.month("2026-10"), NOW).tallies.items()
            }


def load_part(session: Session, name: str, part: str) -> Counts:
    row = session.get_one(MeasurePart, (name, part))
    return load([*row.whole, *row.body])


def test_a_measure_is_read_over_its_period(world: World) -> None:
    refresh(world)
    with world.db.begin() as session:
        kept = store.read_all(session, list(MEASURES.values()), NOW, 12)
    found = {name: measure.of(MEASURES[name], world.programme, one) for name, one in kept.items()}
    assert found["nps"].found.n == 12
    assert found["nps"].found.value == Fraction(100 * (8 - 4), 12)
    assert plain_of(found["answers"]) == (12, 6)
    assert plain_of(found["retention"]) == (12, 12)
    assert [len(one.months) for one in found.values()] == [12] * len(found)
    assert found["churn"].months[-1][0] == "2026-10"


def plain_of(found: measure.Measure) -> tuple[int, int]:
    return found.found.n, found.found.k


def test_nothing_is_counted_twice_before_it_is_due(world: World) -> None:
    every = refresh(world)
    assert refresh(world) == 0
    again = refresh(world, NOW + store.FRESH)
    assert 0 < again < every
    assert refresh(world, NOW + store.FRESH + store.SETTLED) == every


def test_what_takes_long_is_counted_less_often(world: World) -> None:
    refresh(world)
    with world.db.begin() as session:
        session.execute(sa.update(MeasurePart).values(took_ms=10_000))
    assert refresh(world, NOW + timedelta(minutes=49)) == 0
    assert refresh(world, NOW + timedelta(minutes=50)) > 0


def test_counting_again_changes_nothing_but_the_time(world: World) -> None:
    refresh(world)
    before = kept_in(world)
    with world.db.begin() as session:
        session.execute(sa.update(MeasurePart).values(form=0))
    refresh(world)
    assert kept_in(world) == before


def kept_in(world: World) -> list[tuple[str, str, str]]:
    with world.db.begin() as session:
        rows = session.scalars(sa.select(MeasurePart).order_by(MeasurePart.name, MeasurePart.part))
        return [(row.name, row.part, repr(sorted(map(str, [*row.whole, *row.body])))) for row in rows]


def test_a_period_is_counted_anew_when_the_month_is_another(world: World) -> None:
    last = datetime.fromisoformat("2026-11-30T23:59:00+00:00")
    refresh(world, last)
    refresh(world, last + timedelta(minutes=1))
    with world.db.begin() as session:
        kept = store.read(session, MEASURES["nps"], last + timedelta(minutes=1), 3)
    assert list(kept.months) == ["2026-10", "2026-11", "2026-12"]
    assert kept.counted_at == last + timedelta(minutes=1)


def test_a_form_that_is_not_ours_is_not_read(world: World) -> None:
    refresh(world)
    with world.db.begin() as session:
        session.execute(sa.update(MeasurePart).values(form=999))
    with world.db.begin() as session:
        assert store.read(session, MEASURES["nps"], NOW, 3).counted_at is None


def test_an_empty_database_has_no_data(db: Database) -> None:
    world = World(db)
    refresh(world)
    with db.begin() as session:
        for kind in MEASURES.values():
            found = measure.of(kind, world.programme, store.read(session, kind, NOW, 12))
            assert (found.verdict, found.found.n) == ("no_data", 0)


def test_a_survey_is_counted_by_answer(world: World) -> None:
    refresh(world)
    with world.db.begin() as session:
        found = surveys.read(session, world.programme, ["start"], 3)[0]
    by_key = {one.key: one for one in found.whole.questions}
    assert (found.whole.asked, found.whole.responded) == (36, 36)
    assert dict(by_key["score"].counts)["9"] == 8
    assert dict(by_key["seeks"].counts) == {"a job": 12, "people": 12}
    assert (by_key["why"].answers, by_key["why"].counts) == (12, ())


def test_words_are_read_page_by_page(world: World) -> None:
    window = windows.period(NOW.date(), 3)
    with world.db.begin() as session:
        first = surveys.words(session, "start", window, most=5)
        rest = surveys.words(session, "start", window, before=first[-1].id)
    assert [one.text for one in [*first, *rest]] == [f"because {at}" for at in range(11, -1, -1)]


EACH = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@EACH
@given(seed=st.integers(0, 10**6))
def test_answers_are_those_that_a_person_would_count(db: Database, seed: int) -> None:
    """Recomputed message by message: the last one before the answer has it, within seven days."""
    world, random = World(_emptied(db)), Random(seed)  # noqa: S311 - the same seed tries the same
    expected: dict[str, tuple[int, int]] = {}
    member = world.member()
    for _ in range(5):
        start = datetime.fromisoformat("2026-09-20T10:00+00:00")
        sent: list[tuple[str, datetime]] = []
        for channel in ("email", "sms", "voice")[: random.randint(1, 3)]:
            start += timedelta(hours=random.randint(1, 200))
            sent.append((channel, start))
        answered = random.choice([None, sent[0][1] + timedelta(hours=random.randint(-5, 400))])
        world.asked(member, [(channel, f"{at:%Y-%m-%d %H:%M}") for channel, at in sent],
                    f"{answered:%Y-%m-%d %H:%M}" if answered else None)  # fmt: skip
        for at, (channel, moment) in enumerate(sent):
            if f"{moment:%Y-%m}" != "2026-10":
                continue
            following = sent[at + 1][1] if at + 1 < len(sent) else None
            counts = answered is not None and moment <= answered <= moment + timedelta(days=7)
            if answered is not None and following is not None and following <= answered:
                counts = False
            n, k = expected.get(channel, (0, 0))
            expected[channel] = n + 1, k + int(counts)
    found = world.count(answers.KIND, "2026-10")
    assert {label: plain(one) for label, one in found.groups("channel", None).items()} == expected
    pieces = Counts()
    with world.db.begin() as session:
        for piece in windows.slices(windows.month("2026-10"), answers.KIND.slice_days):
            pieces.add(answers.count(session, world.programme, piece, NOW))
    assert pieces.tallies == found.tallies


@EACH
@given(st.lists(st.tuples(st.integers(-3, 40), st.one_of(st.none(), st.integers(0, 120))), max_size=8))
def test_onboarding_is_what_a_person_would_count(db: Database, people: list[tuple[int, int | None]]) -> None:
    """Each joined so many days into March, and completed so many days later."""
    world, expected = World(_emptied(db)), [0, 0]
    for joins, takes in people:
        joined = date(2026, 3, 1) + timedelta(days=joins)
        member = world.member(str(joined))
        if takes is not None:
            world.run(member, str(joined), str(joined + timedelta(days=takes)))
        if joined.month == 3:
            expected[0] += 1
            expected[1] += takes is not None and takes <= 90
    assert plain(world.count(onboarding.KIND, "2026-03").total(None)) == tuple(expected)


def _emptied(db: Database) -> Database:
    with db.begin() as session:
        for found in reversed(Base.metadata.sorted_tables):
            session.execute(sa.delete(found))
        assert session.scalars(sa.select(sa.func.count(Member.id))).one() == 0
    return db
