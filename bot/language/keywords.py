# ruff: noqa: E501 - patterns read best in one piece
"""STOP, START and HELP, decided before any language understanding, by the provider's rules and by common sense."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.language import keyword_words as words
from bot.language.text import REMEMBERED, clean, fold, letters, plain


class Keyword(StrEnum):
    """What a member decided about being messaged, or that they asked for the help text."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


@dataclass(frozen=True, slots=True)
class Match:
    """A keyword that was found.

    `exact` is true when the message is, but for case and spaces around it, one of the words to which the SMS provider
    itself replies: we must then stay silent on that channel.
    """

    keyword: Keyword
    exact: bool


_LONGEST = 1000
_QUOTED = re.compile(r"^(?:>|on .{4,120} wrote:\s*$|-{2,} ?original message|from:\s|_{5,})", re.IGNORECASE)
_SIGN_OFF = re.compile(
    r"^(?:--+\s*$|-- |__+\s*$|[-*]\s?sent from|sent (?:from|via|using) |get outlook|(?:kind(?:est)?|best|warm(?:est)?|many)? ?(?:regards|wishes)\b"
    r"|best,?$|sincerely|yours\b|cheers,?$|thanks,?$|thank you,?$|many thanks,?$|rgds|br,?$|kr,?$|envoy[eé] d|gesendet von|enviado d|verzonden v)",
    re.IGNORECASE,
)
_NAME_LINE = re.compile(
    r"^(?:[-~*|]\s*)?(?:[A-Z][\w'.-]*|[+(]?\d[\d ()-]{5,}|\S+@\S+|(?:https?://|www\.)\S+|of|and|the|at|de|van|von|[|,&])(?:[ ,|]+(?:[A-Z][\w'.&-]*|[+(]?\d[\d()-]*|\S+@\S+|of|and|the|at|de|van|von|[|&]))*[.,]?$"
)
_TRAILING_NAME = re.compile(r"^(\S.{0,30}?)\s+[-~/]\s*[A-Z][a-z'-]+(?: [A-Z][a-z'-]+){0,2}\.?$")
_CLAUSE = re.compile(r"(?<=\?)[.!?;\n]*|[.!;\n]+|\s-+\s")
_COMMA = re.compile(r"\s*[,:]\s*|\s-+\s")
_POLITE_AROUND = re.compile(rf"\b{words.POLITE}\b")
_GIVES_A_REASON = re.compile(
    r"\b(?:not interested|no interest|spam|annoying|enough|had it|don'?t want|dont want|do not want|no more|no thanks|no thank you|please|pls|sick of|fed up|leave me|unwanted|too many|go away|wrong (?:number|person)|not (?:me|mine|my)|who is this)\b"
)
_RUNS = re.compile(r"(.)\1+")
_STOP_PHRASES = frozenset(
    {
        "stopit",
        "stopthis",
        "stopthese",
        "stopall",
        "stopeverything",
        "stopthem",
        "stopthat",
        "stopallofthis",
        "stopallthis",
        "ceasedesist",
        "unsubscribeall",
        "unsubscribefromall",
    }
)


# Courtesies around the word leave no doubt in somebody who gets no messages; in others they may be about anything.
_STARTS = re.compile(
    r"\W*(?:(?:please|pls|plz|hi|hello|ok|okay|yes)\W+)*(?:start|unstop)(?:\W+(?:please|pls|plz|thanks|thank you|again))*\W*"
)


def _squeeze(word: str) -> str:
    return _RUNS.sub(r"\1", word)


_STOP_SQUEEZED = frozenset(_squeeze(word) for word in words.PROVIDER_STOP)


@lru_cache(REMEMBERED)
def classify(text: str, *, opted_out: bool, language: str = "en") -> Match | None:
    """The keyword that `text` is or clearly means; None for every other use of these words.

    `opted_out` is the consent before this message: only then does ``yes`` mean START. `language` is a BCP 47 tag; only
    its first part is read, and the English words count in every language.
    """
    exact = _provider_word(text.strip().casefold(), opted_out)
    if exact:
        return Match(exact, exact=True)
    body = _without_signature(clean(text)[:_LONGEST])
    spoken = fold(_TRAILING_NAME.sub(r"\1", body))
    alone = _alone(spoken, opted_out, language.split("-")[0].casefold())
    if alone:
        return Match(alone, exact=False)
    return Match(Keyword.STOP, exact=False) if _revokes(spoken) else None


def _provider_word(word: str, opted_out: bool) -> Keyword | None:
    if word in words.PROVIDER_STOP:
        return Keyword.STOP
    if word in words.PROVIDER_HELP:
        return Keyword.HELP
    if word in words.PROVIDER_START and (opted_out or word != "yes"):
        return Keyword.START
    return None


def _without_signature(body: str) -> str:
    lines = [line.strip() for line in body.split("\n")]
    kept: list[str] = []
    for index, line in enumerate(lines):
        if _QUOTED.match(line) or _SIGN_OFF.match(line):
            break
        rest = [later for later in lines[index:] if later]
        if (
            kept
            and rest
            and len(rest) <= 6
            and all(_NAME_LINE.match(later) or _SIGN_OFF.match(later) for later in rest)
        ):
            break
        if line:
            kept.append(line)
    return "\n".join(kept) if kept else body


def _alone(spoken: str, opted_out: bool, language: str) -> Keyword | None:
    """A keyword that is the whole message, whatever stands around or between its letters."""
    joined = plain(letters(spoken))
    found = _provider_word(joined, opted_out)
    if opted_out and _STARTS.fullmatch(spoken):
        return Keyword.START
    if found or _is_stop_word(joined, language):
        return found or Keyword.STOP
    if not spoken.endswith("?") and _is_foreign_stop(plain(letters(_POLITE_AROUND.sub(" ", spoken))), language):
        return Keyword.STOP
    parts = [plain(letters(part)) for part in spoken.split()]
    parts = [part for part in parts if part]
    if len(parts) > 1 and len(set(parts)) == 1:
        return _provider_word(parts[0], opted_out) or (Keyword.STOP if _is_stop_word(parts[0], language) else None)
    if len(parts) > 1 and all(_is_stop_word(part, language) for part in parts):
        return Keyword.STOP
    return None


def _is_stop_word(word: str, language: str) -> bool:
    if word in words.PROVIDER_STOP or _is_foreign_stop(word, language):
        return True
    return _squeeze(word) in _STOP_SQUEEZED


def _is_foreign_stop(word: str, language: str) -> bool:
    return word in words.STOP_ANYWHERE or word in words.STOP_BY_LANGUAGE.get(language, frozenset())


def _revokes(spoken: str) -> bool:
    sentences = [sentence.strip() for sentence in _sentences(spoken)]
    return any(_sentence_revokes(sentence, whole=len(sentences) == 1) for sentence in sentences if sentence)


def _sentences(spoken: str) -> list[str]:
    return _CLAUSE.split(spoken)


def _sentence_revokes(sentence: str, *, whole: bool) -> bool:
    if _bare_stop(sentence, whole=whole):
        return True
    for clause in _COMMA.split(sentence):
        if clause != sentence and _bare_stop(clause, whole=False) and _unmistakable(clause, sentence):
            return True
    if not any(pattern.search(sentence) for pattern in words.REVOKES):
        return _says_not_to_text(sentence) if whole else False
    return not any(guard.search(sentence) for guard in words.GUARDS)


def _bare_stop(clause: str, *, whole: bool) -> bool:
    """The word with nothing but courtesies around it. Of several sentences, only the plainest words count so."""
    if clause.endswith("?") and not whole:
        return False
    core = letters(_POLITE_AROUND.sub(" ", clause)).replace("st0p", "stop")
    if core in {"stop", "unsubscribe", "stopall", "optout", *_STOP_PHRASES} or _squeeze(core) in {
        "stop",
        "unsubscribe",
    }:
        return not re.search(r"\bno,? (?:don'?t )?stop\b.*\b(?:sorry|yes)\b", clause)
    return whole and core in {"cancel", "end", "quit", "revoke"}


def _unmistakable(clause: str, sentence: str) -> bool:
    """After a comma ``stop`` may be banter; ``unsubscribe`` can't, nor can ``stop`` beside a reason."""
    return "stop" not in clause or bool(_GIVES_A_REASON.search(sentence))


_NOT_TO_TEXT = re.compile(
    rf"^(?:{words.POLITE}[ ,]+)*(?:don'?t|do not|dont|dnt|never) (?:ever )?(?:text|txt|message|msg|contact|sms|write to|bother) (?:me|us|this number)(?: on (?:this|my) (?:number|phone|mobile)| here)?(?:,? {words.POLITE})*$"
)


def _says_not_to_text(sentence: str) -> bool:
    return bool(_NOT_TO_TEXT.match(sentence))


def is_provider_word(text: str) -> bool:
    """True when the SMS provider acts on `text` by itself, whatever the member's consent."""
    word = unicodedata.normalize("NFC", text).strip().casefold()
    return word in words.PROVIDER_STOP | words.PROVIDER_START | words.PROVIDER_HELP
