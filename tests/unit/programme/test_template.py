"""Texts with placeholders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.programme.template import TemplateError, placeholders, render
from bot.programme.unfit import Unfit


def test_fills_in_names() -> None:
    assert render("Hi {first_name}, {ask}", first_name="Ana", ask="done?") == "Hi Ana, done?"


def test_doubled_braces_are_literal() -> None:
    assert render("{{{a}}}", a="x") == "{x}"


def test_numbers_are_written_out() -> None:
    assert render("{done} of {total}", done=3, total=9) == "3 of 9"


@given(st.text())
def test_a_value_goes_in_literally(value: str) -> None:
    assert render("<{first_name}>", first_name=value, secret="never") == f"<{value}>"


def test_a_missing_value_is_an_error_that_names_it() -> None:
    with pytest.raises(TemplateError, match=r"no value for \{ask\}"):
        render("Hi {first_name}, {ask}", first_name="Ana")


@pytest.mark.parametrize(
    "template",
    [
        "{}",
        "{0}",
        "{a.b}",
        "{a[0]}",
        "{a!r}",
        "{a:>10}",
        "{a:{b}}",
        "{A}",
        "{a b}",
        "{",
        "}",
        "{a",
        "a}",
        "{__class__}",
    ],
)
def test_anything_but_a_plain_name_is_refused(template: str) -> None:
    with pytest.raises(Unfit):
        placeholders(template)
    with pytest.raises(TemplateError):
        render(template, a="x", b="y", A="z")


def test_names_what_a_text_needs() -> None:
    assert placeholders("{a} and {b}, {a} again, {{c}}") == {"a", "b"}
