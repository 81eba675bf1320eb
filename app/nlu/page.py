"""The report as HTML: tables with a little style, everything from elsewhere escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from app.nlu.scores import Judged, accuracy, macro_f1, per_label

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem; color: #1c2733; }
h2 { margin-top: 3rem; border-bottom: 1px solid #cfd8e0; }
summary { cursor: pointer; font-weight: 600; margin: 1rem 0; } table { border-collapse: collapse; }
td, th { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid #e4eaef; }
td.n { text-align: right; font-variant-numeric: tabular-nums; } .weak { background: #fde8e4; }
.matrix { overflow-x: auto; } .matrix th { font-weight: normal; font-size: 12px; white-space: nowrap; }
.matrix thead th { writing-mode: vertical-rl; transform: rotate(180deg); padding: .4rem 0; }
.matrix td { text-align: center; font-size: 12px; padding: .1rem .3rem; min-width: 1.3rem; }
"""
WEAK = 0.85


def whole(title: str, sections: Sequence[str]) -> str:
    """A page of these sections."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{escape(title)}</h1>\n{''.join(sections)}</body></html>\n"
    )


def intents(title: str, about: str, judged: Sequence[Judged]) -> str:
    """Totals, a line for each intent, which are taken for which, and every wrong message."""
    figures = per_label([(one.expected, one.found) for one in judged])
    totals = f"{len(judged)} messages, accuracy {accuracy(judged):.3f}, macro F1 {macro_f1(figures):.3f}"
    table = _table(("intent", "precision", "recall", "f1", "support"), _lines(figures))
    wrong = _wrong([_row(one) for one in judged if not one.is_right])
    return (
        f"<section><h2>{escape(title)}</h2><p>{escape(about)}</p><p><strong>{totals}</strong></p>{table}"
        f"<details><summary>Confusion matrix</summary>{matrix(judged)}</details>{wrong}</section>\n"
    )


def figures(title: str, result: dict[str, Any]) -> str:
    """A measurement as the command line gives it."""
    totals = ", ".join(f"{name} {value}" for name, value in result.items() if isinstance(value, int | float))
    per = next(value for name, value in result.items() if name.startswith("per_"))
    columns = ("", *next(iter(per.values())))
    wrong = [tuple(str(error[key]) for key in ("line", "text", "expected", "found")) for error in result["errors"]]
    return (
        f"<section><h2>{escape(title)}</h2><p><strong>{escape(totals)}</strong></p>"
        f"{_table(columns, _lines(per))}{_wrong([(*row, '') for row in wrong])}</section>\n"
    )


def matrix(judged: Sequence[Judged]) -> str:
    """Expected intents down, found ones across; the darker, the more of a row."""
    counts = Counter((one.expected, one.found) for one in judged)
    rows = sorted({one.expected for one in judged})
    columns = sorted({one.found for one in judged} | set(rows))
    support = Counter(one.expected for one in judged)
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = ""
    for row in rows:
        cells = "".join(_cell(counts[row, column], support[row], row == column) for column in columns)
        body += f"<tr><th>{escape(row)}</th>{cells}</tr>"
    return f'<div class="matrix"><table><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(count: int, of: int, is_right: bool) -> str:
    if not count:
        return "<td></td>"
    colour = "60,140,90" if is_right else "210,70,50"
    return f'<td style="background:rgba({colour},{0.15 + 0.85 * count / of:.2f})">{count}</td>'


def _lines(classes: dict[str, dict[str, float]]) -> Iterable[str]:
    for name, figures in classes.items():
        weak = ' class="weak"' if figures.get("f1", figures.get("accuracy", 1.0)) < WEAK else ""
        cells = "".join(f'<td class="n">{_figure(value)}</td>' for value in figures.values())
        yield f"<tr{weak}><td>{escape(name)}</td>{cells}</tr>"


def _figure(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _row(one: Judged) -> tuple[str, ...]:
    return (str(one.line), one.text, one.expected, one.found, one.detail)


def _wrong(rows: Sequence[tuple[str, ...]]) -> str:
    lines = [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows]
    table = _table(("line", "text", "expected", "found", "best guess"), lines)
    return f"<details><summary>{len(rows)} wrong</summary>{table}</details>"


def _table(columns: Sequence[str], lines: Iterable[str]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
