"""Who says that they are not the member, who only speaks of numbers; yes and no; what strangers say of themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.claims import Claim, read_claim, read_code
from bot.language.wrong_number import is_wrong_number
from bot.language.yes_no import read_yes_no

WRONG = """
wrong number
Wrong number!
Sorry, wrong number
sorry wrong person
you have the wrong number
You've got the wrong number, sorry
u got the wrong number
I think you have the wrong number
This is the wrong number
wrong number, please remove me
Wrong number. Stop texting.
I'm not Ana
im not ana
I am not Ana Smith
Hi, I'm not Ana, my name is Beth
This is not Ana
this isn\u2019t Ana's phone
This is not Ana\u2019s number anymore
there's no Ana here
No one called Ana at this number
I don't know anyone called Ana
don't know any Ana
Ana no longer has this number
Ana doesn't use this phone any more
you got the wrong guy
""".strip().splitlines()
NOT_WRONG = """
Is this the wrong number?
I typed the wrong number in the form
I put a wrong number on my profile, can you change it
my old employer has the wrong number for me
what if it's the wrong number?
I'm not sure
I'm not Ben
I'm not ana-lytical enough for this form
I'm Ana
this is Ana
I'm not done yet
I am not ready
Ana told me the wrong number of points
there's no number here
wrong
number
the number on the invoice is wrong
I'm not Anastasia
Did I dial the wrong number?
this is not Ana's favourite step but done
""".strip().splitlines()


@pytest.mark.parametrize("text", WRONG)
def test_who_says_so_is_somebody_else(text: str) -> None:
    assert is_wrong_number(text, "Ana", "Ana Smith")


@pytest.mark.parametrize("text", NOT_WRONG)
def test_other_talk_of_numbers_and_names_is_no_wrong_number(text: str) -> None:
    assert not is_wrong_number(text, "Ana", "Ana Smith")


def test_a_name_is_taken_literally_and_an_empty_one_is_never_meant() -> None:
    assert is_wrong_number("I'm not a+", "a+")
    assert not is_wrong_number("I'm not aaa", "a+")
    assert not is_wrong_number("I'm not ", "", " ")


@pytest.mark.parametrize(
    ("text", "meant"),
    [(text, True) for text in ("Yes", "yes!", "y", "Yep", "yes it's me", "Yes, I am", "that's me", "I'm Ana", "1",
                               "ana", "Yes, this is me", "This is Ana", "YES \U0001f44d")]
    + [(text, False) for text in ("No", "nope", "n", "no, sorry", "No I'm not", "not me", "I'm not Ana", "2",
                                  "No, wrong person", "that's not me", "this isn't Ana")]
    + [(text, None) for text in ("", "maybe", "yes and no", "who is this?", "I know Ana", "no idea", "notme",
                                 "yesterday", "I'm Ben", "12", "?")],
)  # fmt: skip
def test_only_a_plain_yes_or_no_counts(text: str, meant: bool | None) -> None:
    assert read_yes_no(text, "Ana") is meant


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("M-1001", Claim(number="M-1001")),
        ("#FI/2043.", Claim(number="FI/2043")),
        ("my member number is M-1001", Claim(number="M-1001")),
        ("Membership no. 77812, thanks", Claim(number="77812")),
        ("It's Ana.Smith@Example.org.", Claim(email="ana.smith@example.org")),
        ("member 4 and ana@example.org", Claim(email="ana@example.org")),
        ("hello", None),
        ("I am a member", None),
        ("I joined 3 years ago", None),
        ("call me at 5", None),
        ("a@b", None),
        ("x" * 400 + " ana@example.org", None),
    ],
)
def test_a_claim_is_an_address_or_what_is_named_a_number(text: str, claim: Claim | None) -> None:
    assert read_claim(text) == claim


@pytest.mark.parametrize(
    ("text", "code"),
    [("123456", "123456"), (" 123 456 ", "123456"), ("my code is 123-456.", "123456"), ("1234567", None),
     ("12345", None), ("123456 or 654321", None), ("\u0661\u0662\u0663\u0664\u0665\u0666", None), ("", None)],
)  # fmt: skip
def test_a_code_is_six_digits_and_no_others(text: str, code: str | None) -> None:
    assert read_code(text) == code


@given(st.text(max_size=2000), st.text(max_size=30))
def test_any_text_is_read(text: str, name: str) -> None:
    is_wrong_number(text, name)
    read_yes_no(text, name)
    read_claim(text)
    code = read_code(text)
    assert code is None or (len(code) == 6 and code.isdecimal())


def test_long_texts_are_read_in_bounded_time() -> None:
    for piece in ("sorry ", "no, ", "yes ", "a@", "member ", "1", "wrong number,", "a.", " "):
        text = piece * 20000
        is_wrong_number(text, "Ana")
        read_yes_no(text, "Ana")
        read_claim(text)
        read_code(text)
