"""Rich text blocks, taken apart."""

from __future__ import annotations

from console.sandbox.slack.mrkdwn import Paragraph, Run
from console.sandbox.slack.rich import rich_paragraphs
from tests.support import kit


def test_rich_text_becomes_the_same_paragraphs() -> None:
    assert rich_paragraphs(kit.RICH, {"U0JONAS": "Jonas Weber"}) == [
        Paragraph(
            "text",
            (
                Run("Rich ", bold=True), Run("🎉"), Run("@Jonas Weber", mention=True),
                Run("there", href="https://example.org/"),
            ),
        ),
        Paragraph("text", (Run("1. first"),)),
        Paragraph("quote", (Run("said"),)),
        Paragraph("code", (Run("x = 1"),)),
    ]  # fmt: skip


def test_an_address_that_is_not_safe_is_no_link() -> None:
    said = {"type": "link", "url": "javascript:alert(1)", "text": "Press"}
    block = {"elements": [{"type": "rich_text_section", "elements": [said]}]}
    assert rich_paragraphs(block, {}) == [Paragraph("text", (Run("Press"),))]
