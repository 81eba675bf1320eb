"""What is found in a message: numbers, dates, channels."""

from __future__ import annotations

import pytest

from msb_engine.nlu.quantities import QuantityFinder, number_of

FINDER = QuantityFinder()


def found(text: str, entity: str) -> list[str | int | float]:
    return [quantity.value for quantity in FINDER.find(text) if quantity.entity == entity]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("9/10", 9),
        ("9 / 10", 9),
        ("nine out of ten", 9),
        ("Ten out of ten!", 10),
        ("7 out of 10 I guess", 7),
        ("I'd say 8.5", 8.5),
        ("8,5 maybe", 8.5),
        ("a nine", 9),
        ("zero", 0),
        ("0", 0),
        ("10!", 10),
        ("100%", 100),
        ("twenty-five", 25),
        ("twenty five", 25),
        ("THIRTY", 30),
        ("definitely a 10. Great service", 10),
    ],
)
def test_a_score_is_found_in_digits_and_in_words(text: str, number: float) -> None:
    assert found(text, "number") == [number]
    assert type(found(text, "number")[0]) is type(number)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("I'm away until the 14th", "until the 14th"),
        ("next monday please", "next monday"),
        ("ask me in two weeks", "in two weeks"),
        ("in a couple of weeks", "in a couple of weeks"),
        ("tomorrow after 3", "tomorrow after 3"),
        ("tmrw morning", "tmrw morning"),
        ("after easter", "after easter"),
        ("back on 12 June 2027", "on 12 June 2027"),
        ("not until the end of the month", "until the end of the month"),
        ("on friday at 3pm", "on friday at 3pm"),
        ("monday the 14th of june at 15:30", "monday the 14th of june at 15:30"),
        ("until 12/10", "until 12/10"),
        ("from 2026-12-01", "from 2026-12-01"),
        ("in may", "in may"),
        ("by 5", "by 5"),
        ("after my holiday", "after my holiday"),
        ("the day after tomorrow", "the day after tomorrow"),
        ("the week after next", "the week after next"),
        ("give me a few days", "a few days"),
        ("two weeks", "two weeks"),
        ("half past 3", "half past 3"),
        ("NEXT WEEK", "NEXT WEEK"),
    ],
)
def test_a_date_is_found_with_the_words_that_belong_to_it(text: str, date: str) -> None:
    assert found(text, "date_time") == [date]
    assert found(text, "number") == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("from 3 June to 14 June", ["from 3 June", "to 14 June"]),
        ("away from 3rd of june until the 20th", ["from 3rd of june", "until the 20th"]),
        ("until Monday please, back Tuesday", ["until Monday", "Tuesday"]),
    ],
)
def test_two_dates_stay_two(text: str, dates: list[str]) -> None:
    assert found(text, "date_time") == dates


@pytest.mark.parametrize(
    "text",
    ["may I ask something", "the 1st step is done", "I am on leave", "I march on", "step 3 done", "12/10", "ok", ""],
)
def test_what_is_no_date_is_not_found(text: str) -> None:
    assert found(text, "date_time") == []


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("text me instead", "sms"),
        ("rather by SMS", "sms"),
        ("e-mail is better", "email"),
        ("please call me", "voice"),
        ("I use Telegram", "telegram"),
        ("Facebook", "messenger"),
        ("on slack", "slack"),
    ],
)
def test_a_channel_is_found_by_the_words_members_use(text: str, channel: str) -> None:
    assert found(text, "channel") == [channel]


def test_places_count_characters_of_the_text() -> None:
    text = "😀 call me on Friday at 3, 9/10 ünï"
    for quantity in FINDER.find(text):
        assert text[quantity.start : quantity.end] == quantity.text
    assert [quantity.entity for quantity in FINDER.find(text)] == ["channel", "date_time", "number"]


def test_what_is_no_number_has_no_value() -> None:
    with pytest.raises(ValueError, match="no number"):
        number_of("some")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("my name is Ana Souza now", ["Ana Souza"]),
        ("My surname is Okafor-Lee since June", ["Okafor"]),
        ("my colleague Ben wants to join", ["Ben"]),
        ("This is Kwame's phone", ["Kwame"]),
        ("this is not Maria", ["Maria"]),
        ("i'm not Mr Obi", ["Obi"]),
        ("can I talk to Priya Nair please", ["Priya Nair"]),
        ("never heard of Mark", ["Mark"]),
        ("my colleague Élodie", ["Élodie"]),
        ("my colleague ben", []),
        ("no Monday is fine", []),
        ("it is March already", []),
        ("This is great", []),
        ("Thanks, Not Yet", []),
    ],
)
def test_a_name_is_found_by_its_capitals_and_by_what_stands_before_it(text: str, names: list[str]) -> None:
    assert found(text, "person_name") == names
