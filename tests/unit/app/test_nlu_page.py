"""The report's page: what members wrote can't become part of it, and the figures are in it."""

from __future__ import annotations

from app.nlu import page
from app.nlu.scores import Judged

JUDGED = [
    Judged(2, "", "hello", "greet", "greet"),
    Judged(3, "", "<script>alert(1)</script>", "greet", "goodbye", "goodbye 0.61"),
    Judged(4, "", "bye", "goodbye", "goodbye"),
]


def test_what_members_wrote_is_text() -> None:
    html = page.whole("Report", [page.intents("Held <out>", "About", JUDGED)])
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "Held &lt;out&gt;" in html


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = page.whole("Report", [page.intents("Held out", "About", JUDGED)])
    assert "http" not in html
    assert "src=" not in html


def test_totals_and_weak_intents_are_told() -> None:
    html = page.intents("Held out", "About", JUDGED)
    assert "3 messages, accuracy 0.667, macro F1 0.667" in html
    assert html.count('class="weak"') == 2
    assert "1 wrong" in html


def test_the_matrix_counts_what_is_taken_for_what() -> None:
    html = page.matrix(JUDGED)
    assert html.count(">1</td>") == 3
    assert html.index("goodbye") < html.index("greet")
