# ruff: noqa: E501, ISC004 - patterns read best in one piece
"""Somebody says that they are not the member. Only plain statements count: "is this the wrong number?" is none."""

from __future__ import annotations

import re

from bot.language.text import fold

_LONGEST = 300
_SENTENCES = re.compile(r"[.!;\n]+|(?<=\?)")
_OPENING = (
    r"(?:(?:sorry|hi|hello|hey|no|oh|um|i'm afraid|i am afraid|i think|i believe|i'm sorry|excuse me|but|and)[ ,:-]+)*"
)
_CLOSING = r"(?:[ ,:-]+(?:sorry|mate|pal|buddy|here|thanks|thank you|i'm afraid|i am afraid|though|i think|dude))*"
_NUMBER = r"(?:phone |mobile |cell )?(?:number|person|address|e-?mail(?: address)?)"
_STATEMENTS = (
    r"(?:(?:it's|its|it is|that's|this is|this must be|you must have|you(?:'ve| have)?(?: got)?|u(?: have)?(?: got)?|you got|"
    rf"you're texting|you are texting|you texted|you are writing to|you're writing to) )?(?:the |a )?wrong {_NUMBER}",
    rf"(?:the )?wrong {_NUMBER},? (?:please )?(?:stop|remove|don't|do not|delete|take)\b.{{0,60}}",
    r"(?:i'm|i am|im|this is|this isn't|this is not|it's) not (?:{name})(?:'s (?:phone|number|mobile|cell|email|e-mail|account))?"
    r"(?:,? (?:i'm|i am|im|this is|my name is) \w+(?: \w+)?)?(?: (?:any ?more|any longer))?",
    r"(?:this|that|it) (?:isn't|isnt|is no longer|is not) (?:{name})(?:'s)?(?: (?:phone|number|mobile|cell|e-?mail))?(?: any ?more)?",
    r"(?:there's|there is|theres) (?:no one|nobody|no) (?:called |named )?(?:{name})(?: (?:at this number|on this number))?",
    r"(?:no one|nobody) (?:called|named|by the name of) (?:{name})(?: (?:at this number|on this number|here))?",
    r"no (?:{name}) (?:at this number|here|on this number)",
    r"(?:i )?(?:don't|do not|dont) know (?:any|an|a|any ?one called|any ?body called|any ?one named) (?:{name})",
    r"(?:{name}) (?:doesn't|does not|no longer) (?:has|have|uses?|owns?) this (?:number|phone|address|account)(?: any ?more)?",
    r"you(?:'ve| have)? got the wrong (?:person|number|guy|girl|man|woman)",
)


_PLAIN = tuple(re.compile(_OPENING + one + _CLOSING) for one in _STATEMENTS if "{name}" not in one)
_ABOUT_A_NAME = tuple(_OPENING + one + _CLOSING for one in _STATEMENTS if "{name}" in one)


def is_wrong_number(text: str, *names: str) -> bool:
    """Whether a sentence of `text` is such a statement and nothing else. `names`: how the member may be called."""
    said = fold(text[: 4 * _LONGEST])
    if len(said) > _LONGEST:
        return False
    called = [fold(name) for name in names if name.strip()]
    sentences = [" ".join(part.split()).strip(" ,-\"'") for part in _SENTENCES.split(said)]
    return any(_is_statement(sentence, called) for sentence in sentences)


def _is_statement(sentence: str, called: list[str]) -> bool:
    if any(pattern.fullmatch(sentence) for pattern in _PLAIN):
        return True
    if not any(name in sentence for name in called):
        return False  # most messages: compiling patterns for each member takes longer than all the rest
    either = "|".join(map(re.escape, called))
    return any(re.fullmatch(pattern.replace("{name}", either), sentence) for pattern in _ABOUT_A_NAME)
