"""Taking out of log lines what looks like a person's address or a secret.

Nothing of the kind is logged on purpose; what others put into their error texts is why this stands before the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

OURS = frozenset({"timestamp", "level", "logger", "correlation", "trace_id"})
"""Keys whose values are made here and have no room for anything else."""

_DATE = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)")
_IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
"""Twilio's name of a message or a call."""
_PLAIN_DIGITS = 9
"""So many digits without a plus or a gap may be a phone number; fewer are a row's id."""


def _phone(found: re.Match[str]) -> str:
    text = found.group()
    if _DATE.match(text) or _IP.fullmatch(text):
        return text
    return text if text.isdigit() and len(text) < _PLAIN_DIGITS else "[phone]"


def _random(found: re.Match[str]) -> str:
    """A long word of small and big letters and digits is no word."""
    text = found.group()
    if _SID.fullmatch(text):
        return text
    mixed = any(map(str.isdigit, text)) and any(map(str.isupper, text)) and any(map(str.islower, text))
    return "[token]" if mixed else text


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # What databases and validators quote of a row.
    (re.compile(r"(Key \([^)]*\)=\().*?(\) (?:already|is|conflicts|would))", re.DOTALL), r"\1[masked]\2"),
    (re.compile(r"(Failing row contains \().*?(\)\.?$)", re.DOTALL | re.MULTILINE), r"\1[masked]\2"),
    (re.compile(r"(\[parameters: ).*?(\]\s*(?:\n|$))", re.DOTALL), r"\1[masked]\2"),
    (re.compile(r"(input_value=).*?(, input_type=)", re.DOTALL), r"\1[masked]\2"),
    # Secrets.
    (re.compile(r"(?<=://)[^/@\s]+@"), "[secret]@"),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), r"\1 [token]"),
    (
        re.compile(
            r"\b((?:\w*_)?(?:token|secret|password|signature|api_key|apikey))(=|: )[^\s&,;)\]}]+", re.IGNORECASE
        ),
        r"\1\2[secret]",
    ),
    (re.compile(r"\bxox[a-z](?:\.[a-z]+)?-[\w-]+|\bxapp-[\w-]+"), "[token]"),
    (re.compile(r"(?<!\d)\d{6,}:[\w-]{30,}"), "[token]"),
    (re.compile(r"\b[0-9a-f]{32,}\b", re.IGNORECASE), "[token]"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "[token]"),
    (re.compile(r"[\w-]{32,}"), _random),
    # People.
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*"), "[e-mail]"),
    (re.compile(r"(?<![\w.])(?<!\d:)\+?\(?\d(?:[ ()./-]{0,2}\d){6,16}(?![\w])"), _phone),
)


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without addresses and secrets; `secrets` are known ones, taken out whatever they look like."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    if text.isalpha():
        return text
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


def mask_all(value: Any, secrets: Iterable[str] = ()) -> Any:
    """The same for all texts in a value. Numbers are ids and measures, and stay."""
    match value:
        case str():
            return mask(value, secrets)
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {key: mask_all(one, secrets) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [mask_all(one, secrets) for one in value]
    return mask(str(value), secrets)


def mask_event(event: Mapping[str, Any], secrets: Iterable[str] = ()) -> dict[str, Any]:
    """A whole line of the log."""
    return {key: value if key in OURS else mask_all(value, secrets) for key, value in event.items()}
