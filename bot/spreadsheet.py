"""Cells of CSV files that people open in a spreadsheet."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet would work out (OWASP, "CSV Injection")."""


def cell(value: object) -> str:
    """As text. Words may not begin like a formula; numbers may, even in words: ``-3`` is worked out to itself."""
    text = "" if value is None else str(value)
    if not isinstance(value, str) or not text.startswith(_FORMULA) or _is_number(text):
        return text
    return f"'{text}"


def _is_number(text: str) -> bool:
    """No white space around it, which `float` would allow."""
    try:
        float(text)
    except ValueError:
        return False
    return text == text.strip()
