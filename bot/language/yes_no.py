# ruff: noqa: E501 - patterns read best in one piece
"""Yes or no to a question that is put to somebody we don't know yet, so without the dialogue engine."""

from __future__ import annotations

import re

from bot.language.text import fold

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_YES = re.compile(
    r"(?:yes+|y|yea+h?|yep|yup|ya|sure|of course|correct|right|that'?s right|1|si|oui|ja)"
    r"(?:[ ,.!-]+(?:please|thanks|thank you|(?:that|this|it)(?:'s| is) me|i am|i'm|it is|that's right|correct|(?:i am|i'm) {name}))*"
    r"|(?:yes,? )?(?:(?:that|this|it)(?:'s| is) (?:me|{name})|i am|(?:i am|i'm|im) {name}|{name}(?: here)?)"
)
_NO = re.compile(
    r"(?:no+|n|nope|nah|2|non|nein)"
    r"(?:[ ,.!-]+(?:thanks|thank you|sorry|(?:that|this|it)(?:'s| is)(?: not|n't) me|i'm not|i am not|im not|(?:it|that) isn'?t|"
    r"(?:i'm|i am|im) not {name}|wrong (?:person|number)))*"
    r"|(?:sorry,? )?(?:(?:that|this|it)(?:'s not| is not| isn'?t) (?:me|{name})|not me|(?:i'm|i am|im) not(?: {name})?|wrong (?:person|number))"
    r"(?:[ ,.!-]+sorry)?"
)


def read_yes_no(text: str, name: str) -> bool | None:
    """Whether `text`, as a whole, says that the writer is, or is not, `name`; None for everything else."""
    said = _EDGES.sub("", " ".join(fold(text[:200]).split()))
    whose = rf"(?:{re.escape(fold(name))})" if name.strip() else "(?!)"
    if re.fullmatch(_YES.pattern.replace("{name}", whose), said):
        return True
    return False if re.fullmatch(_NO.pattern.replace("{name}", whose), said) else None
