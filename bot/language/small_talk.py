# ruff: noqa: E501 - patterns read best in one piece
"""Messages that go on with nothing: thanks, a greeting, a farewell, and plain questions that the assistant answers."""

from __future__ import annotations

import re

from bot.language.text import fold

_LONGEST = 120
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_GAP = r"(?:[\s,.!;:)(-]|\u2026)+"
_THANKS = r"(?:(?:many |a thousand |much )?thanks?(?: (?:you|u))?(?: (?:so|very) much| a (?:lot|million|ton|bunch)| loads| again| for (?:everything|(?:all )?(?:your|the|ur) (?:help|time|call|reply|quick (?:reply|help|answer)|info|support|patience)|(?:your )?(?:calling|helping|replying|getting back(?: to me)?|letting me know|that|this|it)))*|thx|ty|tysm|tks|cheers|ta|much appreciated|(?:i )?(?:really )?appreciate (?:it|that|your help|you)|gracias|merci(?: beaucoup)?|danke(?: (?:sch[o\u00f6]n|sehr))?|grazie|obrigad[oa]|bedankt)"
_FINE = r"(?:ok(?:ay|ey|ie)?|k|kk|okey dokey|alright|all right|right|sure|great|good|fine|perfect|super|excellent|brilliant|lovely|nice(?: one)?|cool|awesome|amazing|fab|wonderful|fantastic|sounds (?:good|great)|(?:that'?s|that is|it'?s|all|this is) (?:all )?(?:ok(?:ay)?|good|great|fine|perfect|clear|helpful|lovely|brilliant|sorted|done)|got it|gotcha|i see|understood|noted|makes sense|no (?:problem|problems|worries|prob)|np|will do|yes|yep|yeah|yup|no(?:pe)?|that(?:'?s| is| was| will be|'?ll be)? (?:all|it|everything)|that helped|you too|same to you|likewise|you(?:'re| are|r| r)? (?:the best|a star|a legend|very kind|so kind|great)|speak soon|talk (?:soon|later|then)|see you(?: (?:then|there|soon|later))?|bye(?: bye)?|good ?bye|take care|have a (?:good|great|nice|lovely) (?:day|evening|weekend|one|afternoon|night|week)|good night|(?:i'?ll|i will) (?:do|try) (?:that|it|so)|nothing else|all sorted|sorted)"
_HELLO = r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|morning|afternoon|evening)(?: (?:there|again|all|everyone))?"
_FILL = r"(?:very|so|much|then|now|for now|again|and|also|too|oh|ah|well|everyone|all|really|just|today|tomorrow|mate|sir|madam|that|it)"
_FOR_BOT = r"(?:where (?:am i|do i stand|are we)(?: (?:now|at|up to|with (?:this|it|everything)))*|what(?:'?s| is| comes) (?:(?:my|the) )?next(?: (?:step|one|thing|then))?|(?:my |show (?:me )?(?:my )?)?(?:progress|status|plan)|how far (?:am i|along am i)|what (?:do|should|can) i do (?:now|next)|(?:it'?s |i(?:'ve| have)? ?(?:'m|am)? ?|that'?s |all )?(?:done|did it|finished|completed)(?: (?:it|that|this|already|now))*|(?:are|r) (?:you|u) (?:a )?(?:bot|robot|human|real(?: person)?)|who (?:is this|are you))"


def _name(name: str) -> str:
    return rf"|{re.escape(fold(name))}" if name.strip() else ""


def _whole(patterns: str, name: str) -> re.Pattern[str]:
    words = rf"(?:{patterns}|{_FILL}{_name(name)})"
    return re.compile(rf"{words}(?:{_GAP}{words})*")


def is_small_talk(text: str, name: str = "") -> bool:
    """Whether `text` as a whole is thanks, agreement, a greeting, a farewell or a row of emoji, addressed perhaps to
    `name`; nobody has to do anything about it."""
    said = " ".join(fold(text[: 4 * _LONGEST]).split())
    bare = _EDGE.sub("", said)
    if len(bare) > _LONGEST or not said:
        return False
    if not bare:
        return "?" not in said
    return "?" not in said and _whole(rf"{_THANKS}|{_FINE}|{_HELLO}", name).fullmatch(bare) is not None


def asks_assistant(text: str) -> bool:
    """Whether `text` as a whole is one of the plain things that the assistant knows best: where am I, what's next."""
    bare = _EDGE.sub("", " ".join(fold(text[: 4 * _LONGEST]).split()))
    courtesy = rf"(?:{_THANKS}|{_HELLO}|ok(?:ay)?|so|and|please|pls|yes|yep|now)"
    whole = rf"(?:{courtesy}{_GAP})*{_FOR_BOT}(?:{_GAP}{courtesy})*"
    return 0 < len(bare) <= _LONGEST and re.fullmatch(whole, bare) is not None
