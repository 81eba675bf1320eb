# ruff: noqa: E501 - patterns read best in one piece
"""Words in a free answer that say that somebody is stuck and needs a person."""

from __future__ import annotations

import re

from bot.language.text import fold

_LONGEST = 2000
_STUCK = re.compile(
    r"(?<!not )(?<!n't )(?<!never )(?<!never been )(?<!not been )(?<!no longer )\bstuck\b(?! to\b| around\b| with it and\b)"
    r"|\b(?:i|we) (?:still |just |really )*(?:can'?t|cannot|can not|couldn'?t|could not|am not able to|was not able to|am unable to|was unable to)"
    r" (?:even |seem to |manage to |figure out how to )*(?:get|log|sign|find|access|open|register|pay|use|reach|enter|join|finish|complete|download|upload|book)\b"
    r"|\b(?:don'?t|do not|didn'?t|did not|no idea) (?:know )?(?:how|where) to (?:go on|continue|start|begin|proceed)\b"
    r"|\b(?:nobody|no one|noone) (?:has |ever |has ever )?(?:answer(?:s|ed)?|repl(?:y|ies|ied)|got back|gets back|called|helps|helped)\b"
    r"|\b(?:still|been) waiting (?:for|on)\b"
    r"|\b(?:gave|given|giving|about to give) up\b"
    r"|\bneed(?:ed)? (?:some |more |a bit of |urgent )?help (?:with|to|from|on)\b"
)


def is_stuck(text: str) -> bool:
    """Whether the writer says that they can't get on, or waits for somebody who should have helped."""
    return _STUCK.search(fold(text[:_LONGEST])) is not None
