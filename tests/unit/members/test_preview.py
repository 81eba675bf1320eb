"""A file of members is shown before it is taken in, and then does just what was shown."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from bot.errors import ImportRefused, Refused
from bot.members import consent, preview
from bot.members.hand import Hand
from bot.members.preview import Change, Fate, Preview
from bot.model import AuditEntry, ContactPoint, Member
from tests.support import cast
from tests.support.house import House

COLUMNS = "member_number,first_name,last_name,phone,time_zone,joined_on,consent_sms,consent_source,msm"
ANA = f"no-Ana,Ana,Smith,{cast.NUMBERS['Ana']},America/New_York,2026-11-22,yes,form,{cast.MARIA}"
HAL = f"no-Hal,Hal,Jones,{cast.NUMBERS['Hal']},Europe/London,2026-11-23,yes,web form,{cast.JONAS}"


def sheet(*lines: str, columns: str = COLUMNS) -> bytes:
    return "\n".join((columns, *lines)).encode()


def look(house: House, data: bytes) -> Preview:
    with house.db.begin() as session:
        return preview.look(session, house.programme, "members.csv", data, house.clock.now())


def take(house: House, data: bytes, seen: Preview) -> int:
    with house.db.begin() as session:
        hand = Hand("console:maria@example.org", house.times(), cast.colleague(session).id)
        return len(preview.commit(session, house.programme, "members.csv", data, seen, hand))


def fates(seen: Preview) -> list[tuple[int, Fate]]:
    return [(line.line, line.fate) for line in seen.lines]


def test_each_line_is_new_changes_or_changes_nothing(house: House) -> None:
    seen = look(house, sheet(ANA, HAL))
    assert fates(seen) == [(2, Fate.UNCHANGED), (3, Fate.NEW)]
    assert Change("last_name", "", "Jones") in seen.lines[1].changes
    assert Change("consent to texts", "no", "yes (web form)") in seen.lines[1].changes
    seen = look(house, sheet(ANA.replace("Smith", "Souza").replace(cast.MARIA, cast.JONAS)))
    assert seen.lines[0].changes == (Change("last_name", "Smith", "Souza"), Change("msm", cast.MARIA, cast.JONAS))
    assert (seen.lines[0].member_id, seen.can_commit) == (1, True)


def test_what_was_shown_is_what_happens(house: House) -> None:
    data = sheet(ANA.replace("Smith", "Souza"), HAL)
    assert take(house, data, look(house, data)) == 2
    assert {member.last_name for member in house.rows(Member)} == {"Souza", "Jones"}
    assert [line.fate for line in look(house, data).lines] == [Fate.UNCHANGED] * 2
    told = house.rows(AuditEntry, AuditEntry.action == "members.imported")
    assert [(row.actor, row.reason, row.details) for row in told] == [
        ("console:maria@example.org", "members.csv", {"new": 1, "changed": 1})
    ]


def test_lines_that_change_nothing_leave_no_trace(house: House) -> None:
    data = sheet(ANA, HAL)
    assert take(house, data, look(house, data)) == 1
    assert not house.rows(AuditEntry, AuditEntry.action == "member.updated")


def test_nothing_is_taken_in_when_something_that_matters_has_changed(house: House) -> None:
    data = sheet(ANA.replace("Smith", "Souza"), HAL)
    seen = look(house, data)
    house.change(Member, 1, lambda member: setattr(member, "last_name", "Silva"))
    with pytest.raises(Refused, match="Look again"):
        take(house, data, seen)
    assert [member.last_name for member in house.rows(Member)] == ["Silva"]


def test_what_does_not_matter_may_change_meanwhile(house: House) -> None:
    data = sheet(HAL)
    seen = look(house, data)
    house.settle()
    house.clock.push(timedelta(minutes=5))
    assert take(house, data, seen) == 1


def test_another_file_is_refused(house: House) -> None:
    with pytest.raises(ImportRefused, match="not the file"):
        take(house, sheet(ANA), look(house, sheet(HAL)))


def test_errors_are_told_by_line_and_column_and_nothing_is_taken_in(house: House) -> None:
    data = sheet(HAL, ANA.replace("America/New_York", "Mars"), HAL.replace("no-Hal", "no-Ida"))
    seen = look(house, data)
    assert fates(seen) == [(2, Fate.NEW), (3, Fate.ERROR), (4, Fate.ERROR)]
    assert [problem.column for line in seen.lines for problem in line.problems] == ["time_zone", "phone"]
    assert "already on line 2" in seen.lines[2].problems[0].problem
    assert not seen.can_commit
    with pytest.raises(ImportRefused):
        take(house, data, seen)
    assert len(house.rows(Member)) == 1


def test_an_address_of_another_member_is_an_error_of_its_line(house: House) -> None:
    seen = look(house, sheet(HAL.replace(cast.NUMBERS["Hal"], cast.NUMBERS["Ana"]).replace("no-Hal", "no-X")))
    assert fates(seen) == [(2, Fate.CHANGES)]  # whoever has the phone is the member
    house.bring("Hal")
    seen = look(house, sheet(HAL.replace(cast.NUMBERS["Hal"], cast.NUMBERS["Ana"])))
    assert [(one.column, "no-Ana" in one.problem) for one in seen.lines[0].problems] == [("phone", True)]


def test_a_new_number_is_shown_with_the_old_one(house: House) -> None:
    data = sheet(ANA.replace(cast.NUMBERS["Ana"], "+12025550177"))
    seen = look(house, data)
    assert Change("phone", cast.NUMBERS["Ana"], "+12025550177") in seen.lines[0].changes
    take(house, data, seen)
    assert look(house, data).lines[0].fate is Fate.UNCHANGED


def test_a_yes_of_the_file_does_not_undo_a_stop(house: House) -> None:
    with house.db.begin() as session:
        consent.withdraw(session, cast.point(session, "Ana"), consent.Evidence("keyword", "STOP"), house.clock.now())
    house.change(ContactPoint, 1, lambda point: setattr(point, "consented_at", None))
    assert look(house, sheet(ANA)).lines[0].fate is Fate.UNCHANGED


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_separators_and_a_byte_order_mark_are_understood(house: House, separator: str, mark: bytes) -> None:
    assert fates(look(house, mark + sheet(HAL).replace(b",", separator.encode()))) == [(2, Fate.NEW)]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (sheet(HAL.replace("Jones", "Nu\u00f1ez")).decode().encode("latin-1"), "not UTF-8, first on line 2"),
        (sheet(HAL).decode().encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04 workbook", "a workbook"),
        (b"", "empty"),
        (b"a,b\n1,2", "missing"),
        (b"x" * (preview.MOST_BYTES + 1), "the most"),
    ],
)
def test_a_file_that_is_of_no_use_says_why_and_what_to_do(house: House, data: bytes, problem: str) -> None:
    seen = look(house, data)
    assert seen.lines == ()
    assert any(problem in one.problem for one in seen.problems)
    assert all(one.remedy for one in seen.problems)
    assert not seen.can_commit


def test_too_many_lines_are_for_the_command_line(house: House) -> None:
    numbers = count(1)
    lines = [HAL.replace("no-Hal", f"no-{n}").replace(cast.NUMBERS["Hal"], f"+1202555{n:04}")
             for n, _ in zip(numbers, range(preview.MOST_LINES + 1), strict=False)]  # fmt: skip
    assert "msb members import" in look(house, sheet(*lines)).problems[0].remedy
