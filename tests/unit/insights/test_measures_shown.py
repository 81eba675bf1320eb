"""What counts come to: values, margins, verdicts, hidden groups, words, files and pictures. No database."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pictures import measures as pictures
from bot.insights.measures import chart, figures, measure, nps, onboarding, surveys, table, windows, wording
from bot.insights.measures import first_reply as first
from bot.insights.measures.catalogue import MEASURES
from bot.insights.measures.counts import Counts, Tally, load
from bot.insights.measures.figures import LEAST, SMALLEST_GROUP, Verdict
from bot.insights.measures.kinds import Kind, Unit
from bot.insights.measures.measure import Counted, Measure
from bot.insights.measures.windows import Window
from tests.support.small_programme import make_programme

PROGRAMME = make_programme()
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def judged(kind: Kind, n: int, k: int, squares: int | None = None) -> Verdict:
    return figures.verdict(kind, figures.value_of(kind, Tally(n, k, k if squares is None else squares)))


def of(kind: Kind, counts: Counts, segment: str | None = None) -> Measure:
    return measure.of(kind, PROGRAMME, Counted({"2026-10": counts, "2026-11": Counts()}, counts, AT), segment)


def test_at_least_is_met_by_the_very_value_and_above_is_not() -> None:
    assert judged(onboarding.KIND, 100, 80) is Verdict.MET
    assert judged(onboarding.KIND, 1000, 799) is Verdict.MISSED
    assert judged(nps.KIND, 100, 50, 50) is Verdict.MISSED
    assert judged(nps.KIND, 100, 51, 51) is Verdict.MET


def test_few_are_not_judged_and_none_are_no_data() -> None:
    assert judged(onboarding.KIND, LEAST - 1, LEAST - 1) is Verdict.FEW
    assert judged(onboarding.KIND, 0, 0) is Verdict.NO_DATA
    assert judged(MEASURES["churn"], 1000, 1) is Verdict.NO_TARGET
    assert figures.value_of(onboarding.KIND, Tally(LEAST - 1, 3, 3)).low is None


def test_a_margin_on_both_sides_of_the_target_is_told() -> None:
    assert figures.is_within_margin(onboarding.KIND, figures.value_of(onboarding.KIND, Tally(50, 41, 41)))
    assert not figures.is_within_margin(onboarding.KIND, figures.value_of(onboarding.KIND, Tally(5000, 4500, 4500)))


def test_the_interval_of_a_share_is_wilsons() -> None:
    """Newcombe 1998, table I: 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611."""
    assert figures.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert figures.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(st.integers(1, 5000), st.data())
def test_the_interval_of_a_share_holds_it_and_stays_within_0_and_1(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    low, high = figures.wilson(k, n)
    assert 0 <= low <= k / n + 1e-12
    assert k / n - 1e-12 <= high <= 1


def test_the_interval_of_an_nps_comes_from_the_spread_of_the_answers() -> None:
    """60 promoters, 20 passives, 20 detractors: the variance is 0.8 - 0.16."""
    found = figures.value_of(nps.KIND, Tally(100, 40, 80))
    half = 196 * (0.64 / 99) ** 0.5
    assert found.value == 40
    assert (found.low, found.high) == pytest.approx((40 - half, 40 + half))


@given(st.lists(st.integers(0, 500), min_size=1, max_size=60))
def test_a_quantile_is_a_time_within_which_that_many_lie(times: list[int]) -> None:
    for share in (Fraction(1, 2), Fraction(9, 10)):
        found = figures.quantile(Counter(times), share)
        assert found in times
        assert sum(one <= found for one in times) >= share * len(times) > sum(one < found for one in times)


def test_a_group_of_fewer_than_five_answers_is_hidden_and_can_not_be_subtracted() -> None:
    counts = Counts()
    for segment, n in (("student", SMALLEST_GROUP - 1), ("everybody", 5), ("retired", 30)):
        counts.at(segment).add(Tally(n, n, n))
    rows = {row.key: row.found for row in of(nps.KIND, counts).breakdowns[0].rows}
    assert {key: found.is_hidden for key, found in rows.items()} == {
        "retired": False, "everybody": True, "student": True,
    }  # fmt: skip
    assert of(nps.KIND, counts, "student").found.is_hidden


def test_small_groups_of_anything_else_are_shown() -> None:
    counts = Counts()
    counts.put("student", n=2, k=1)
    assert of(onboarding.KIND, counts).breakdowns[0].rows[0].found.value == Fraction(1, 2)


def test_months_of_joining_of_long_ago_are_told_by_year() -> None:
    counts = Counts()
    for joined in ("2021-03", "2021-08", "2024-11", "2024-12"):
        counts.put("everybody", "cohort", joined, n=10, k=5)
    counts.put("everybody", n=40, k=20)
    cohorts = next(one for one in of(MEASURES["retention"], counts).breakdowns if one.key == "cohort")
    assert [(row.key, row.found.n) for row in cohorts.rows] == [("2021", 20), ("2024", 10), ("2024-12", 10)]


def test_counts_are_kept_as_they_are() -> None:
    counts = Counts()
    counts.at("a", "channel", "sms").add(Tally(3, 2, 2, Counter({5: 1, 60: 1})))
    counts.put("b", n=1)
    again = load([*counts.dump(whole=True), *counts.dump(whole=False)])
    assert again.tallies == counts.tallies


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [(Unit.SHARE, Fraction(1, 8), "12.5 %"), (Unit.SHARE, Fraction(7995, 10000), "80.0 %"),
     (Unit.POINTS, Fraction(-1, 2), "-1"), (Unit.POINTS, Fraction(-1, 3), "0"),
     (Unit.SCORE, Fraction(3995, 1000), "4.00"),
     (Unit.PER_100, Fraction(12345, 10), "1,234.5"), (Unit.SHARE, None, "-")],
)  # fmt: skip
def test_values_are_rounded_half_away_from_zero(unit: Unit, value: Fraction | None, words: str) -> None:
    assert wording.shown(unit, value) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (45, "45 min"), (75, "1 h 15 min"), (1440, "1 day"), (3600, "2 days 12 h")]
)
def test_times_are_told_in_words(minutes: int, words: str) -> None:
    assert wording.span(minutes) == words


def test_a_period_ends_with_the_present_month() -> None:
    assert windows.months(date(2026, 2, 28), 3) == ["2025-12", "2026-01", "2026-02"]
    assert windows.period(date(2026, 2, 28), 3) == Window(date(2025, 12, 1), date(2026, 3, 1))
    assert windows.slices(windows.month("2026-02"), 14) == [
        Window(date(2026, 2, 1), date(2026, 2, 15)), Window(date(2026, 2, 15), date(2026, 3, 1)),
    ]  # fmt: skip


def test_a_file_has_numbers_as_numbers_and_no_formulas() -> None:
    counts = Counts()
    counts.at("everybody").add(Tally(30, -3, 21))
    counts.put("=everybody()", n=6, k=2)
    out = io.StringIO(newline="")
    table.write(out, of(nps.KIND, counts))
    lines = list(csv.DictReader(io.StringIO(out.getvalue())))
    whole = next(line for line in lines if line["breakdown"] == "whole")
    assert (whole["n"], whole["count"], whole["hidden"]) == ("36", "-1", "0")
    assert float(whole["value"]) == pytest.approx(-100 / 36, abs=1e-3)
    assert float(whole["low_95"]) < float(whole["value"]) < float(whole["high_95"])
    assert "'=everybody()" in {line["group"] for line in lines}
    assert {line["group"] for line in lines if line["breakdown"] == "month"} == {"2026-10", "2026-11"}


def test_a_file_does_not_tell_what_the_page_hides() -> None:
    counts = Counts()
    counts.at("everybody").add(Tally(2, 2, 2))
    out = io.StringIO(newline="")
    table.write(out, of(nps.KIND, counts))
    whole = next(csv.DictReader(io.StringIO(out.getvalue())))
    assert (whole["n"], whole["value"], whole["hidden"]) == ("", "", "1")


def test_the_picture_tells_title_period_target_source_and_n() -> None:
    counts = Counts()
    counts.put("everybody", n=100, k=82)
    drawn = chart.of(of(onboarding.KIND, counts), "Guild <of> Engineers", "all members")
    svg = pictures.svg(drawn)
    for words in ("Onboarding completion", "Oct 2026 to Nov 2026", "n = 100", "target: at least 80 %",
                  "Guild &lt;of&gt; Engineers", "82.0 %"):  # fmt: skip
        assert words in svg
    assert pictures.png(drawn).startswith(b"\x89PNG")


@given(st.lists(st.one_of(st.none(), st.floats(-100, 100)), min_size=1, max_size=24))
def test_every_value_stands_within_the_picture(values: list[float | None]) -> None:
    points = tuple(chart.Point("Oct 2026", value, "x", 1) for value in values)
    axis = pictures.axis_of(chart.Chart("T", "A", "S", points, 50.0, "above 50", "points", None, 100.0))
    for value in (one for one in values if one is not None):
        assert pictures.TOP - 1e-6 <= axis.y(value) <= pictures.HEIGHT - pictures.BOTTOM + 1e-6


def test_a_survey_shows_no_question_with_fewer_than_five_answers() -> None:
    counts = Counts()
    for segment, n in (("student", 4), ("everybody", 20), ("retired", 6)):
        counts.put(segment, n=n, k=n)
        counts.put(segment, "question:score", "", n=n)
        counts.put(segment, "question:score", "9", n=n)
    question = {"key": "score", "kind": "nps", "ask": "How is {organisation}?"}
    content = {"name": "S", "when": {"after": "joined"}, "questions": [question], "thanks": "T", "ladder": "standard"}
    found = surveys.results(make_programme(surveys={"start": content}), "start", counts, AT)
    whole = found.whole.questions[0]
    assert (whole.ask, whole.nps == 100, dict(whole.counts)["9"]) == ("How is Guild?", True, 30)
    assert {group.segment: group.questions[0].is_hidden for group in found.segments} == {
        "everybody": False, "retired": True, "student": True,
    }  # fmt: skip


@pytest.mark.parametrize("kind", MEASURES.values(), ids=list(MEASURES))
def test_every_measure_says_what_it_is(kind: Kind) -> None:
    assert kind.definition.endswith(".")
    assert all(sentence.endswith((".", '".')) for sentence in kind.how)
    assert kind.needs
    assert first.KIND.timed
