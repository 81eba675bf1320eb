"""Slack's notation of text, taken apart."""

from __future__ import annotations

import pytest

from console.sandbox.slack.mrkdwn import Paragraph, Run, emojis, from_markdown, paragraphs, safe_address
from inbox.text import moment
from slackkit.text import mark
from tests.support.case_views import NOW

NAMES = {"U0JONAS": "Jonas Weber", "C0CASES": "cases"}


def runs(text: str, *, verbatim: bool = False) -> list[Run]:
    """Those of a text that is one paragraph."""
    (paragraph,) = paragraphs(text, NAMES, verbatim=verbatim)
    assert paragraph.kind == "text"
    return list(paragraph.runs)


def told(text: str) -> str:
    return "".join(run.text for run in runs(text))


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("*Why now:*", Run("Why now:", bold=True)),
        ("_(survey)_", Run("(survey)", italic=True)),
        ("~gone~", Run("gone", struck=True)),
        ("`/away back`", Run("/away back", code=True)),
        ("`a &lt; *b*`", Run("a < *b*", code=True)),
        ("<@U0JONAS>", Run("@Jonas Weber", mention=True)),
        ("<@U0JONAS|jonas>", Run("@jonas", mention=True)),
        ("<@U0NOBODY>", Run("@U0NOBODY", mention=True)),
        ("<#C0CASES>", Run("#cases", mention=True)),
        ("<!channel>", Run("@channel", mention=True)),
        ("<!subteam^S1|the team>", Run("the team", mention=True)),
        ("<https://a.example/?x=1&amp;y=2|Open it>", Run("Open it", href="https://a.example/?x=1&y=2")),
        ("<https://a.example/>", Run("https://a.example/", href="https://a.example/")),
        ("<mailto:ana@a.example>", Run("ana@a.example", href="mailto:ana@a.example")),
        ("https://a.example/b", Run("https://a.example/b", href="https://a.example/b")),
        (":tada:", Run("🎉")),
        (":nobody_knows_it:", Run(":nobody_knows_it:")),
        ("5 &lt; 6 &amp; 7 &gt; 6", Run("5 < 6 & 7 > 6")),
        ("&amp;lt;script&amp;gt;", Run("&lt;script&gt;")),
    ],
)
def test_each_sign_has_its_look(text: str, run: Run) -> None:
    assert runs(text) == [run]


@pytest.mark.parametrize(
    "text", ["2*3*4", "snake_case_name", "* not bold *", "_ nor this _", "a ~ b ~ c", "**", "``", "5 * 6 = 30 * 1"]
)
def test_signs_within_words_mean_nothing(text: str) -> None:
    assert runs(text) == [Run(text)]


def test_looks_may_be_within_each_other() -> None:
    assert runs("*bold and _both_* :wave:") == [
        Run("bold and ", bold=True), Run("both", bold=True, italic=True), Run(" 👋"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "/etc/passwd", "https://a b", "ftp://a"]
)
def test_only_addresses_that_are_safe_to_follow_become_links(address: str) -> None:
    assert runs(f"<{address}|Press me>") == [Run("Press me")]
    assert safe_address(address) is None


def test_bare_addresses_are_links_unless_the_text_is_verbatim() -> None:
    assert runs("see https://a.example/x. Now", verbatim=True) == [Run("see https://a.example/x. Now")]
    assert [run.href for run in runs("see https://a.example/x. Now")] == [None, "https://a.example/x", None]


def test_quotes_code_and_other_lines_are_paragraphs_of_their_own() -> None:
    found = paragraphs("Before\n\n&gt; first\n&gt;second\nafter\n```\nx = *1*\ny\n```\nend", NAMES)
    assert found == [
        Paragraph("text", (Run("Before\n"),)),
        Paragraph("quote", (Run("first\nsecond"),)),
        Paragraph("text", (Run("after"),)),
        Paragraph("code", (Run("x = *1*\ny"),)),
        Paragraph("text", (Run("end"),)),
    ]


def test_after_three_marks_everything_is_quoted() -> None:
    assert paragraphs("&gt;&gt;&gt; first\nsecond", NAMES) == [Paragraph("quote", (Run("first\nsecond"),))]


def test_an_empty_text_is_an_empty_paragraph() -> None:
    assert paragraphs("", NAMES) == [Paragraph("text", ())]


def test_a_moment_is_told_in_the_words_that_came_with_it() -> None:
    stamp = int(NOW.timestamp())
    assert told(f"<!date^{stamp}^{{date_short_pretty}}, {{time}}|{moment(NOW)} GMT>") == "Tue 24 Nov, 16:00 GMT"
    assert told(f"<!date^{stamp}^{{date_short_pretty}}, {{time}}>") == "Tue 24 Nov 2026, 16:00 UTC"
    assert told(f"on <!date^{stamp}^{{date}}^https://a.example/|Tuesday>") == "on Tuesday"


@pytest.mark.parametrize("said", ["*bold* <@U0JONAS> <https://a.example|x> `y` ~z~", "a & b < c > d", "<!channel> _x_"])
def test_what_the_bot_marked_is_words_and_nothing_else(said: str) -> None:
    (run,) = runs(mark(said), verbatim=True)
    assert run.is_plain


def test_markdown_is_understood_as_far_as_mrkdwn_goes() -> None:
    assert from_markdown("# Title\n**strong** [there](https://a.example)\n- point") == (
        "*Title*\n*strong* <https://a.example|there>\n\u2022 point"
    )


def test_plain_text_has_emoji_and_nothing_else() -> None:
    assert emojis(":wave: *x* :unknown:") == "👋 *x* :unknown:"


@pytest.mark.parametrize(
    "text", ["*" * 5000, "<" * 5000, "_a" * 3000, ":a" * 3000, "`" * 5001, "&gt;" * 1500, "*a_b" * 2000]
)
def test_odd_text_takes_no_time(text: str) -> None:
    assert paragraphs(text, NAMES)
