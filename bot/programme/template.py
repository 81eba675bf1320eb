"""Texts with placeholders, such as ``Hi {first_name}``: checked when they are loaded, filled in without surprises.

Only plain names stand in braces: no attributes, no indexes, no formats. ``{{`` and ``}}`` are literal braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from string import Formatter

from pydantic import AfterValidator

from bot.errors import ContentError
from bot.programme.unfit import Unfit

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class TemplateError(ContentError):
    """A text of the programme can't be filled in."""


@lru_cache(maxsize=4096)
def _pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    """Literal text and the name that follows it (None at the end); read once for all whom it is filled in for."""
    return tuple(_read(template))


def _read(template: str) -> Iterator[tuple[str, str | None]]:
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        raise Unfit(f"the braces don't match ({error})", "Write {{ and }} for literal braces.") from None
    for literal, field, form, conversion in parsed:
        if field is not None and (form or conversion or not _NAME.fullmatch(field)):
            raise Unfit(f'"{{{field}}}" is not a plain placeholder', "Write only a name in braces, as {first_name}.")
        yield literal, field


def placeholders(template: str) -> frozenset[str]:
    """The names that `template` needs.

    Raises:
        Unfit: the braces don't match, or hold more than a plain name.
    """
    return frozenset(name for _, name in _pieces(template) if name is not None)


def render(template: str, /, **values: str | int) -> str:
    """`template` with its names replaced; values go in literally, braces in them mean nothing.

    Raises:
        TemplateError: a value is missing, or the template is not valid.
    """
    done: list[str] = []
    try:
        for literal, name in _pieces(template):
            done.append(literal)
            if name is not None:
                done.append(str(values[name]))
    except KeyError as missing:
        raise TemplateError(f'There is no value for {{{missing.args[0]}}} in "{template}".') from None
    except Unfit as error:
        raise TemplateError(f'"{template}": {error.problem}.') from None
    return "".join(done)


def template_of(*allowed: str) -> AfterValidator:
    """A field's check: the text may use the `allowed` names and no others, and is not blank."""

    def check(text: str) -> str:
        if not text.strip():
            raise Unfit("the text is empty", "Write the text, or remove the entry if it may be left out.")
        for name in sorted(placeholders(text) - set(allowed)):
            raise Unfit(f"{{{name}}} is not known here", f"Use one of: {', '.join(f'{{{a}}}' for a in allowed)}.")
        return text

    return AfterValidator(check)
