"""What staff type: goals, classes of messages, absences, steps and pauses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.wiring import Application
from bot.db import Database
from bot.errors import NotFound, Refused
from bot.model import Absence, Base, Declined, Member, Staff
from tests.support import cast

JOURNEYS = Path(__file__).parents[3] / "journeys"
BY = ("--by", cast.MARIA)
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//t//t//EN
BEGIN:VEVENT
UID:a
DTSTAMP:20261101T000000Z
DTSTART;VALUE=DATE:29991203
DTEND;VALUE=DATE:29991205
SUMMARY:OOO
END:VEVENT
END:VCALENDAR
"""

Msb = Callable[..., str]


def rows(db: Database, model: type[Base]) -> list[object]:
    with db.begin() as session:
        return list(session.query(model))


def test_goals_are_set_noted_ended_and_printed(msb: Msb) -> None:
    msb("members", "goal", "no-Ana", "Find a mentor", *BY)
    printed = msb("members", "goal", "no-Ana", "--percent", "40", "--note", "met two people", *BY)
    assert "present\tFind a mentor" in printed
    assert "40%\tmet two people" in printed
    assert "reached" in msb("members", "goal", "no-Ana", "--end", "reached", *BY)
    for words in (["--percent", "200"], ["x" * 501], ["--end", "replaced"]):
        with pytest.raises(Refused):
            msb("members", "goal", "no-Ana", *words, *BY)


def test_a_class_is_declined_and_wanted_again(msb: Msb, own: Application) -> None:
    assert "declines: promotional." in msb("members", "prefer", "no-Ana", "promotional", "no", *BY)
    assert "declines: nothing." in msb("members", "prefer", "no-Ana", "promotional", "yes", *BY)
    assert rows(own.db, Declined) == []
    for words in (("transactional", "no"), ("everything", "no"), ("promotional", "perhaps")):
        with pytest.raises(Refused):
            msb("members", "prefer", "no-Ana", *words, *BY)


def test_absences_are_noted_listed_and_removed(msb: Msb, own: Application) -> None:
    printed = msb("members", "away", "no-Ana", "+3d", "+5d", "--note", "called us", *BY)
    number = printed.split("\t")[0]
    assert "called us" in printed
    assert msb("members", "absences", "no-Ana", *BY) == printed
    assert msb("members", "absences", "no-Ana", "--remove", number, *BY) == ""
    for days in (("+5d", "+3d"), ("-9d", "-8d"), ("soon", "+3d"), ("+1d", "9999-12-31")):
        with pytest.raises(Refused):
            msb("members", "away", "no-Ana", *BY, "--", *days)
    assert rows(own.db, Absence) == []


def test_a_pause_is_made_and_ended(msb: Msb) -> None:
    assert "pause:staff:maria@example.org" in msb("members", "pause", "no-Ana", "+30d", *BY)
    assert msb("members", "resume", "no-Ana", *BY) == "The pause is over.\n"
    assert msb("members", "resume", "no-Ana", *BY) == "There was no pause.\n"
    with pytest.raises(Refused, match="at most a year"):
        msb("members", "pause", "no-Ana", "+400d", *BY)


def test_a_step_is_marked(msb: Msb) -> None:
    assert msb("members", "step", "no-Ana", "first_sign_in", "done", *BY).startswith("first_sign_in is done. Next: ")
    with pytest.raises(NotFound, match="a step fly"):
        msb("members", "step", "no-Ana", "fly", "done", *BY)


def test_calendars_are_read(msb: Msb, tmp_path: Path) -> None:
    file = tmp_path / "ana.ics"
    file.write_text(CALENDAR, encoding="utf-8")
    assert msb("members", "calendar", "no-Ana", str(file), *BY) == "0 absences of Ana Smith read.\n"
    zone = ("--zone", "Europe/London")
    assert msb("staff", "calendar", cast.MARIA, str(file), *zone) == "0 absences of Maria read.\n"
    with pytest.raises(Refused, match="not a time zone"):
        msb("staff", "calendar", cast.MARIA, str(file), "--zone", "Narnia")
    file.write_text("nonsense", encoding="utf-8")
    with pytest.raises(Refused):
        msb("members", "calendar", "no-Ana", str(file), *BY)


def test_a_colleague_is_away(msb: Msb, own: Application) -> None:
    msb("staff", "away", cast.MARIA, "+1d", "+2d", "--zone", "Europe/London")
    with own.db.begin() as session:
        maria = session.query(Staff).one()
        [absence] = session.query(Absence)
        assert (absence.staff_id, absence.member_id) == (maria.id, None)


def test_who_is_not_known_is_told_apart(msb: Msb, own: Application) -> None:
    with pytest.raises(NotFound, match="no-such"):
        msb("members", "goal", "no-such", "Find a mentor", *BY)
    with pytest.raises(NotFound, match="nobody@"):
        msb("members", "goal", "no-Ana", "Find a mentor", "--by", "nobody@example.org")
    with own.db.begin() as session:
        assert session.query(Member).one().goal is None
