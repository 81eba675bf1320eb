"""Examples of keywords: what `bot.language.keywords` hears before any understanding."""

from __future__ import annotations

import re
from pathlib import Path

from app.nlu.scores import Judged
from app.nlu.table import FileRefused, Row, check_known, read_rows
from bot.language.keywords import Keyword, classify

NONE = "none"
STOP = str(Keyword.STOP)
_CONTEXT = re.compile(r"\[(fr|es|pt|de|nl|hi|opted out|not opted out)\] ?")
_ESCAPE = re.compile(r"\\(n|r|x20|u00a0|u200b|.|$)")
_MEANT = {"n": "\n", "r": "\r", "x20": " ", "u00a0": "\u00a0", "u200b": "\u200b"}


def judge(file: Path) -> list[Judged]:
    """Each example with the keyword that was heard.

    Raises:
        FileRefused: the file is not one of examples, or has an escape that is none.
    """
    rows = read_rows(file, ("text", "expect"))
    check_known(file, rows, "expect", frozenset({NONE, *Keyword}))
    return [_judged(file, row) for row in rows]


def _judged(file: Path, row: Row) -> Judged:
    language, opted_out, text = "en", False, row["text"]
    while context := _CONTEXT.match(text):
        if len(context[1]) == 2:
            language = context[1]
        else:
            opted_out = context[1] == "opted out"
        text = text[context.end() :]
    found = classify(_unescaped(file, row, text), opted_out=opted_out, language=language)
    return Judged(row.line, "", row["text"], row["expect"], str(found.keyword) if found else NONE)


def _unescaped(file: Path, row: Row, text: str) -> str:
    def meant(escape: re.Match[str]) -> str:
        if escape[1] not in _MEANT:
            raise FileRefused(f"{file}, line {row.line}: {escape[0]!r} is none of \\n \\r \\x20 \\u00a0 \\u200b.")
        return _MEANT[escape[1]]

    return _ESCAPE.sub(meant, text)
