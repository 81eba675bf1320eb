"""Made-up members go through a programme: nothing forbidden is sent, and what is forbidden would be found out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from app.cli import cli
from app.simulate import workers
from app.simulate.habits import SHIPPED, Habits, HabitsRefused, load_habits
from app.simulate.report import Passage, make
from app.simulate.run import live_through, simulate
from app.simulate.tables import text_of
from app.simulate.tally import Tally, merged
from app.simulate.wish import Part, Wish, parts_of
from app.simulate.world import World
from bot.clock import Times
from bot.model import CheckIn, CheckInState, Touch, TouchState
from bot.programme.loader import load_programme
from tests.support.small_programme import make_programme

JOURNEYS = Path(__file__).parents[3] / "journeys"
SMALL = Wish(members=14, days=30, seed=3)
QUICK: dict[str, Any] = {"median": 3, "spread": 2}


def habits(**changes: Any) -> Habits:
    """Members of the small programme who answer text messages, mostly."""
    member = {
        "share": 1,
        "consents": {"sms": 0.9, "email": 0.5},
        "answers": {"sms": {"by_rung": [0.6, 0.4], "after": QUICK}},
        "says": {"done": 8, "in_progress": 2, "not_done": 2, "stuck": 2, "later": 1, "away": 1, "person": 1, "stop": 1},
        "writes_again": 0.2,
    }
    found = {
        "places": [{"zone": "America/New_York", "country": "US", "share": 2}, {"zone": "Europe/London"}],
        "segments": {"student": member, "everybody": member},
        "membership": {"waves": [{"day": 0}, {"day": 10}], "established": 0.2},
        "deliveries": {"late": 0.05, "late_hours": 3, "fails": 0.01},
    }
    return Habits.model_validate({**found, **changes})


def test_a_small_programme_keeps_the_policy_for_thirty_days() -> None:
    report = simulate(make_programme(), habits(), SMALL)
    assert report.findings == []
    assert report.touches > 30
    assert report.messages_of_members > 20
    assert any(one.reached for one in report.journeys)
    assert report.rungs[0].answered > report.rungs[-1].answered > 0
    assert report.hand_off_reasons["silent"] > 0
    assert any(name.startswith("held: ") for name in report.not_sent)


def test_the_shipped_programme_keeps_the_policy_with_the_shipped_habits() -> None:
    programme = load_programme(JOURNEYS)
    report = simulate(programme, load_habits(SHIPPED, programme), Wish(members=16, days=8))
    assert report.findings == []
    assert {"onboarding", "engagement"} <= {one.what for one in report.journeys}
    assert {channel for day in report.touches_by_day.values() for channel in day} >= {"sms", "email", "telegram"}


def test_the_same_seed_gives_the_same_simulation_in_any_process_and_another_does_not() -> None:
    wish, parts = Wish(members=4, days=4, seed=5), [Part(0, 2), Part(1, 2)]
    crew = habits(colleagues={"people": 4})
    tallies = [live_through(make_programme(), crew, wish, part) for part in parts]
    assert workers.each(partial(live_through, make_programme(), crew, wish), parts) == tallies
    assert live_through(make_programme(), crew, replace(wish, seed=6), parts[0]) != tallies[0]


def test_every_colleague_and_every_member_is_in_one_part_and_has_somebody_to_stand_in() -> None:
    crew = habits(colleagues={"people": 9})
    parts = parts_of(Wish(members=100), crew)
    assert sorted(number for part in parts for number in part.colleagues(crew)) == list(range(1, 10))
    assert min(len(part.colleagues(crew)) for part in parts) == 2
    assert len({part.seed(1) for part in parts}) == len(parts) == 4
    assert len(parts_of(Wish(members=99), crew)) == 1
    assert len(parts_of(Wish(members=100), habits(colleagues={"people": 3}))) == 1


def test_the_tallies_of_parts_add_up() -> None:
    first = Tally(said=1, sent=Counter({("2027-01-04", "sms"): 2}), entered=Counter(a=2), took={"a": [1.0, 2.0]})
    second = Tally(said=2, sent=Counter({("2027-01-04", "sms"): 3}), entered=Counter(a=5), took={"a": [9.0]})
    report = make(Wish(), merged([first, second]))
    assert (report.messages_of_members, report.touches_by_day) == (3, {"2027-01-04": {"sms": 5}})
    assert report.journeys == [Passage("a", entered=7, reached=3, days=2.0)]


def forbidden_touch(world: World, session: Session, times: Times) -> None:
    """What no policy would let through: a message at three in the morning, to whoever comes first."""
    asked = sa.select(CheckIn).where(CheckIn.state == CheckInState.OPEN).order_by(CheckIn.id)
    check_in = session.scalars(asked).first()
    assert check_in is not None
    session.add(Touch(check_in_id=check_in.id, member_id=check_in.member_id, rung=9, channel="sms", sender="Compass",
                      state=TouchState.SENT, attempt=1, sent_at=times.now, changed_at=times.now))  # fmt: skip


def test_a_forbidden_touch_is_found_out() -> None:
    def plant(world: World) -> None:
        world.agenda.put(world.start + timedelta(days=4, hours=8), partial(forbidden_touch, world))

    report = simulate(make_programme(), habits(places=[{"zone": "America/New_York"}]), Wish(8, 6), watch=plant)
    assert not report.is_clean
    assert "forbidden_hours" in {one["kind"] for one in report.findings}
    assert "BREACHES" in text_of(report)


def test_silent_members_are_handed_to_colleagues_who_work_only_so_much() -> None:
    silent = {"share": 1, "consents": {"sms": 1}, "answers": {}, "says": {"done": 1}}
    slow = {"people": 1, "cases_a_day": 1, "days_off": 0, "takes": {"median": 1, "spread": 1}}
    report = simulate(make_programme(), habits(segments={"everybody": silent}, colleagues=slow), Wish(8, 10))
    assert report.findings == []
    assert report.messages_of_members == 0
    assert report.cases_open > 0


def test_habits_of_an_unknown_segment_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HabitsRefused, match="No segment of the programme: student"):
        load_habits(SHIPPED, make_programme(segments=[{"key": "everybody", "name": "E"}]))
    wrong = tmp_path / "habits.yml"
    wrong.write_text("places:\n  - {zone: Mars/Olympus}\nsegments: {}\n", encoding="utf-8")
    with pytest.raises(HabitsRefused, match=r"habits\.yml:2: places\.0\.zone: .*no time zone Mars/Olympus"):
        load_habits(wrong, make_programme())


def test_the_command_prints_tables_or_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(JOURNEYS.parent)
    asked = ["journeys", "simulate", "--members", "2", "--days", "2"]
    shown = CliRunner().invoke(cli, [*asked, "--json"])
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout)["members"] == 2
    assert "Answers by rung" in CliRunner().invoke(cli, asked).stdout
