"""A file of members: the rows that are good, and the line, column and remedy of what is not."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.members.table import MemberRow, read_members

TODAY = date(2026, 3, 2)
HEAD = "member_number,first_name,last_name,email,phone,time_zone,joined_on,consent_sms,consent_source"
ANA = "1,Ana,Souza,ana@example.org,+12025550101,America/New_York,-1d,yes,join form"
BEN = "2,Ben,Carter,ben@example.org,+13125550102,America/Chicago,2026-02-01,no,"


def errors(*lines: str) -> list[str]:
    return [str(error) for error in read_members("\n".join(lines), today=TODAY).errors]


def rows(text: str) -> list[MemberRow]:
    parsed = read_members(text, today=TODAY)
    assert parsed.errors == []
    return parsed.rows


def test_a_good_file_is_read() -> None:
    ana, ben = rows(f"{HEAD}\n{ANA}\n{BEN}\n")
    assert ana == MemberRow(
        line=2,
        member_number="1",
        first_name="Ana",
        last_name="Souza",
        email="ana@example.org",
        phone="+12025550101",
        time_zone="America/New_York",
        language="en",
        account=None,
        joined_on=date(2026, 3, 1),
        consent_sms=True,
        consent_source="join form",
        msm=None,
        traits={},
    )
    assert (ben.line, ben.consent_sms, ben.consent_source, ben.joined_on) == (3, False, None, date(2026, 2, 1))


def test_the_optional_columns() -> None:
    (ana,) = rows(
        f"{HEAD},language,account,msm,trait_career_stage,trait_city\n"
        f"{ANA},pt-BR,Lakeside Clinic,Maria@Example.org,early,\n"
    )
    assert (ana.language, ana.account, ana.msm) == ("pt-br", "Lakeside Clinic", "maria@example.org")
    assert ana.traits == {"career_stage": "early", "account": "Lakeside Clinic"}


def test_renewal_country_and_other_dates() -> None:
    (ana,) = rows(f"{HEAD},renews_on,country,date_exam,date_move\n{ANA},+200d,us-wa,2026-05-04,\n")
    assert (ana.renews_on, ana.country, ana.dates) == (date(2026, 9, 18), "US-WA", {"exam": date(2026, 5, 4)})
    (ben,) = rows(f"{HEAD},renews_on,country,date_exam\n{BEN},,,\n")
    assert (ben.renews_on, ben.country, ben.dates) == (None, None, {})


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("soon,,", 'line 2, renews_on: "soon" is not a day. Write year-month-day (2026-03-31), today, or days from'),
        ("2206-01-01,,", 'line 2, renews_on: "2206-01-01" is after 2200.'),
        (",Gotham,", 'line 2, country: "Gotham" is not a country.'),
        (",,May", 'line 2, date_exam: "May" is not a day.'),
    ],
)
def test_a_renewal_a_country_or_a_date_that_is_none_is_refused(cells: str, said: str) -> None:
    (found,) = errors(f"{HEAD},renews_on,country,date_exam", f"{ANA},{cells}")
    assert found.startswith(said)


def test_a_segment_that_staff_name_has_to_exist() -> None:
    text = f"{HEAD},trait_segment\n{ANA},Partners\n{BEN},"
    assert rows(text)[0].traits == {"segment": "Partners"}
    known = read_members(text, today=TODAY, segment_keys=("partners", "everybody"))
    assert (len(known.rows), known.errors) == (2, [])
    [error] = read_members(text, today=TODAY, segment_keys=("student", "everybody")).errors
    remedy = "Write one of these, or leave it out: student, everybody."
    assert str(error) == f'line 2, trait_segment: "Partners" is not a segment. {remedy}'


def test_consent_to_email_and_calls_is_no_unless_the_file_says_yes() -> None:
    (ana,) = rows(f"{HEAD}\n{ANA}")
    assert (ana.consent_email, ana.consent_voice) == (False, False)
    ana, ben = rows(f"{HEAD},consent_email,consent_voice\n{ANA},yes,Y\n{BEN},no,")
    assert (ana.consent_email, ana.consent_voice) == (True, True)
    assert (ben.consent_email, ben.consent_voice) == (False, False)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (ANA.replace("ana@example.org", "") + ",yes,no", "line 2, email: there is consent to e-mail and no address. "),
        (BEN.replace("+13125550102", "") + "desk,no,yes", "line 2, phone: there is consent to calls and no number. "),
        (BEN + ",yes,no", "line 2, consent_source: consent needs its source."),
        (BEN + ",no,yes", "line 2, consent_source: consent needs its source."),
        (ANA + ",perhaps,no", 'line 2, consent_email: "perhaps" is neither yes nor no.'),
        (ANA + ",no,perhaps", 'line 2, consent_voice: "perhaps" is neither yes nor no.'),
    ],
)
def test_consent_to_what_is_not_on_record_is_refused(line: str, said: str) -> None:
    (found,) = errors(f"{HEAD},consent_email,consent_voice", line)
    assert found.startswith(said)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_spreadsheets_write_is_read(separator: str, mark: str, ending: str) -> None:
    text = mark + ending.join([HEAD, ANA, BEN, ""]).replace(",", separator)
    assert [(row.line, row.first_name) for row in rows(text)] == [(2, "Ana"), (3, "Ben")]


def test_names_of_columns_may_be_in_any_case_and_order() -> None:
    names, values = HEAD.split(","), ANA.split(",")
    (ana,) = rows(",".join(f" {name.upper()} " for name in reversed(names)) + "\n" + ",".join(reversed(values)))
    assert ana.first_name == "Ana"


def test_blank_lines_and_lines_of_separators_are_passed_over() -> None:
    assert [row.line for row in rows(f"\n{HEAD}\n\n{ANA}\n,,,,,,,,\n{BEN}\n\n")] == [4, 6]


def test_lines_are_counted_through_quoted_line_breaks() -> None:
    split = ANA.replace("join form", '"join\nform\nat the desk"')
    parsed = read_members(f"{HEAD}\n{split}\n{BEN.replace('America/Chicago', 'Chicago')}\n", today=TODAY)
    assert [(row.line, row.consent_source) for row in parsed.rows] == [(2, "join form at the desk")]
    assert [(error.line, error.column) for error in parsed.errors] == [(5, "time_zone")]


def test_a_short_line_lacks_its_last_values() -> None:
    (ben,) = rows(f"{HEAD}\n{BEN.rstrip(',')}")
    assert ben.consent_source is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1,Ana", ",Ana", "line 2, member_number: it is empty. Write a value."),
        ("Ana,", ",", "line 2, first_name: it is empty. Write a value."),
        (
            "+1202",
            "1202",
            'line 2, phone: "12025550101" is not an international phone number. Write it with a plus sign',
        ),
        ("0101", "010", 'line 2, phone: "+1202555010" is not a number that exists in its country. '),
        ("ana@", "ana@@", 'line 2, email: "ana@@example.org" is not an e-mail address. Write one address'),
        ("New_York", "Gotham", 'line 2, time_zone: "America/Gotham" is not a time zone. Write an area and a city'),
        ("-1d", "yesterday", 'line 2, joined_on: "yesterday" is not a day. Write year-month-day (2026-03-31), today'),
        ("yes", "si", 'line 2, consent_sms: "si" is neither yes nor no. Write yes or no.'),
        ("join form", "", "line 2, consent_source: consent needs its source. Say where and when"),
        (
            "+12025550101",
            "",
            "line 2, phone: there is consent to texts and no number. Add the number, or consent_sms: no.",
        ),
        ("join form", "join, form", "line 2: there are 10 values for 9 columns. Put quotation marks around"),
        ("Ana", '"Ana" Maria', "line 2: the line can't be read ("),
    ],
)
def test_one_mistake(old: str, new: str, said: str) -> None:
    (found,) = errors(HEAD, ANA.replace(old, new, 1), BEN)
    assert found.startswith(said)


def test_every_mistake_of_every_line_is_told() -> None:
    found = errors(HEAD, ANA.replace("yes", "si").replace("-1d", "?"), BEN, ANA.replace("+1202", "1202"))
    assert [one.split(":")[0] for one in found] == ["line 2, joined_on", "line 2, consent_sms", "line 4, phone"]


def test_a_bad_line_does_not_hide_a_good_one() -> None:
    parsed = read_members(f"{HEAD}\n{ANA.replace('yes', 'si')}\n{BEN}", today=TODAY)
    assert [row.first_name for row in parsed.rows] == ["Ben"]


def test_somebody_who_can_be_reached_in_no_way_is_refused() -> None:
    (found,) = errors(HEAD, "3,Dan,Ash,,,Europe/London,today,no,")
    assert found.startswith("line 2, phone: there is neither a phone number nor an e-mail address.")


def test_a_member_without_a_number_may_have_an_address() -> None:
    (dan,) = rows(f"{HEAD}\n3,Dan,Ash,dan@example.org,,Europe/London,today,no,")
    assert (dan.phone, dan.joined_on) == (None, TODAY)


@pytest.mark.parametrize(
    ("repeat", "said"),
    [
        ("1,Eve,Low,eve@example.org,+12025550109", 'line 4, member_number: "1" is already on line 2.'),
        ("4,Eve,Low,ANA@example.org,+12025550109", 'line 4, email: "ana@example.org" is already on line 2.'),
        ("4,Eve,Low,eve@example.org,+1 202 555 0101", 'line 4, phone: "+12025550101" is already on line 2.'),
    ],
)
def test_nobody_shares_a_number_or_an_address(repeat: str, said: str) -> None:
    (found,) = errors(HEAD, ANA, BEN, f"{repeat},America/Denver,today,yes,join form")
    assert found.startswith(said)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace("phone,", ""), "line 1, phone: the column is missing."),
        (HEAD + ",e-mail", "line 1, e-mail: the column is not known. Did you mean email?"),
        (
            HEAD + ",Shoe size",
            "line 1, shoe size: the column is not known. Remove it, or call it trait_shoe_size to keep it.",
        ),
        (HEAD + ",phone", "line 1, phone: the column is there twice."),
        (HEAD + ",", "line 1, column 10: the column is not known."),
        (HEAD + ",trait_", "line 1, trait_: the column is not known."),
    ],
)
def test_wrong_columns_are_told_before_anything_is_read(head: str, said: str) -> None:
    (found,) = errors(head, ANA.replace("yes", "si"))
    assert found.startswith(said)


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert errors(text) == ["line 1: the file is empty. Start with a line of column names."]


def test_a_file_without_members_is_refused() -> None:
    assert errors(HEAD) == ["line 1: there are no members below the column names. Add a line each."]


def test_a_quote_that_never_closes_is_told_where_it_opens() -> None:
    (found,) = errors(HEAD, ANA, BEN.replace("Ben", '"Ben'), ANA)
    assert found.startswith("line 3: the line can't be read (unexpected end of data); nothing after it was checked.")


@given(st.text(max_size=300))
def test_any_text_is_answered_and_never_raises(text: str) -> None:
    for whole in (text, f"{HEAD}\n{text}"):
        parsed = read_members(whole, today=TODAY)
        assert parsed.rows or parsed.errors
        assert all(error.line >= 1 and error.problem and error.remedy for error in parsed.errors)


@given(
    st.lists(st.text(alphabet='ab "\n;,', min_size=1, max_size=8).filter(lambda t: t.strip()), min_size=1, max_size=5)
)
def test_a_trait_survives_quoting_and_lines_stay_right(notes: list[str]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*HEAD.split(","), "trait_note"])
    lines: list[int] = []
    for at, note in enumerate(notes):
        lines.append(out.getvalue().count("\n") + 1)
        zone = "Europe/London"
        writer.writerow(
            [at, "Ana", "Souza", f"a{at}@example.org", f"+1202555{100 + at:04}", zone, "today", "no", "", note]
        )
    found = rows(out.getvalue())
    assert [row.traits["note"] for row in found] == [note.strip() for note in notes]
    assert [row.line for row in found] == lines
