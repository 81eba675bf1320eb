"""A file with its line numbers, and what is wrong under the lines that cause it."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from bot.programme.source import Problem

STYLE = """
.c-page { display: grid; grid-template-columns: minmax(12rem, 16rem) minmax(0, 1fr); gap: 1.5rem; width: 100%; }
@media (max-width: 760px) { .c-page { grid-template-columns: minmax(0, 1fr); } }
.c-text { width: 100%; max-height: 70vh; overflow: auto; border: 1px solid var(--j-line); border-radius: 8px; }
.c-text { background: var(--j-card); font-family: ui-monospace, Consolas, monospace; font-size: .8125rem; }
.c-lines { display: grid; grid-template-columns: 3.5rem max-content; line-height: 1.5; min-width: 100%; }
.c-lines > div { white-space: pre; padding: 0 .6rem; }
.c-lines > .c-number { text-align: right; user-select: none; background: var(--j-column); color: #4b5563; }
.body--dark .c-lines > .c-number { color: #b6bfc9; }
.c-wrong > div { background: rgba(214, 40, 40, .14); }
.c-wrong > .c-number { font-weight: 700; }
.c-said { font-family: Roboto, sans-serif; font-size: .875rem; padding: .4rem .8rem; border-left: 4px solid #b3261e; }
.c-said { position: sticky; left: 0; max-width: min(60rem, 80vw); background: var(--j-column); margin: .2rem 0; }
.c-input { font-family: ui-monospace, Consolas, monospace; font-size: .8125rem; max-height: 50vh; }
"""


def draw(name: str, text: str, problems: Sequence[Problem]) -> None:
    """Lines without problems are drawn together: a file has some hundreds."""
    lines = text.split("\n")
    wrong: dict[int, list[Problem]] = {}
    for one in problems:
        wrong.setdefault(min(max(one.line, 1), len(lines)), []).append(one)
    box = ui.element("div").classes("c-text").props("tabindex=0 role=region")
    box.props["aria-label"] = f"Text of {name}"
    with box:
        start = 1
        for number in sorted(wrong):
            _block(lines, start, number - 1)
            _block(lines, number, number, wrong=True)
            for one in wrong[number]:
                _said(one)
            start = number + 1
        _block(lines, start, len(lines))


def _block(lines: Sequence[str], first: int, last: int, *, wrong: bool = False) -> None:
    if last < first:
        return
    with ui.element("div").classes("c-lines" + (" c-wrong" if wrong else "")) as block:
        if wrong:
            block.props(f"id=line-{first}")
        ui.label("\n".join(map(str, range(first, last + 1)))).classes("c-number").props("aria-hidden=true")
        ui.label("\n".join(lines[first - 1 : last])).classes("c-source")


def _said(one: Problem) -> None:
    with ui.row().classes("c-said items-start gap-2").props("role=note"):
        ui.icon("error", size="18px").classes("msb-bad").props("aria-hidden=true")
        with ui.column().classes("gap-0 col"):
            ui.label(f"Line {one.line}: {one.message}.").classes("text-weight-medium msb-wrap")
            ui.label(one.remedy).classes("msb-wrap")
