"""Finds numbers, dates, channels and names in a message.

The entities are `number` (its value an int or a float: 9 for "9/10", "nine" and "nine out of ten"), `date_time` (its
value the words themselves, such as "until the 14th"), `channel` (its value the channel's name, such as "email") and
`person_name`, if it has capital letters and words before it say that a name comes.
What a date means is not decided here: that needs the member's zone and the moment.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from msb_engine.nlu import phrases

DATE_TIME = "date_time"
NUMBER = "number"
CHANNEL = "channel"
PERSON_NAME = "person_name"

# "tomorrow" and "after 3" make one date; "from 3 June" and "until 14 June" stay two.
_STARTS_ANEW = re.compile(r"(?:from|until|till|til|untill|since|to|by)\b", re.IGNORECASE)
_GLUE = re.compile(r"\s*(?:,|-|the|on|at|in the)?\s*", re.IGNORECASE)


class Quantity(NamedTuple):
    """A finding: `start` and `end` count characters of the text."""

    entity: str
    value: str | int | float
    text: str
    start: int
    end: int


class QuantityFinder:
    """Matches the phrases against tokens; holds no state of a message."""

    def __init__(self) -> None:
        self._nlp = spacy.blank("en")
        self._dates = _matcher(self._nlp, DATE_TIME, phrases.DATE_TIME)
        self._numbers = _matcher(self._nlp, NUMBER, phrases.NUMBER)
        self._names = _matcher(self._nlp, PERSON_NAME, phrases.PERSON_NAME)
        self._channels = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        for name, wordings in phrases.CHANNELS.items():
            self._channels.add(name, [self._nlp.make_doc(wording) for wording in wordings])

    def find(self, text: str) -> list[Quantity]:
        """The findings in order; they don't overlap, and a number inside a date is not one of its own."""
        doc = self._nlp.make_doc(text)
        dates = _joined(filter_spans(self._dates(doc, as_spans=True)))
        numbers = [span for span in filter_spans(self._numbers(doc, as_spans=True)) if not _overlaps(span, dates)]
        channels = filter_spans(self._channels(doc, as_spans=True))
        # Most messages have no capital letter inside, and to look for names takes as long as to look for dates.
        may_name = any(letter.isupper() for letter in text[1:])
        spans = filter_spans(self._names(doc, as_spans=True)) if may_name else []
        names = [name for span in spans if (name := _name_in(span)) is not None]
        found = [
            *(_quantity(PERSON_NAME, span.text, span) for span in names if not _overlaps(span, dates)),
            *(_quantity(DATE_TIME, span.text, span) for span in dates),
            *(_quantity(NUMBER, number_of(span.text), span) for span in numbers),
            *(_quantity(CHANNEL, span.label_, span) for span in channels),
        ]
        return sorted(found, key=lambda quantity: quantity.start)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class QuantityExtractor(GraphComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds what `QuantityFinder` finds to the entities of a message."""

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuantityExtractor:
        return cls()

    def __init__(self) -> None:
        self._finder = QuantityFinder()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = [quantity._asdict() for quantity in self._finder.find(message.get(TEXT) or "")]
            known = message.get(ENTITIES, [])
            message.set(ENTITIES, known + self.add_extractor_name(found), add_to_output=True)
        return messages


def number_of(words: str) -> int | float:
    """The number that digits or words stand for; of a score ("9/10", "nine out of ten") the part before the scale.

    Raises:
        ValueError: no number begins `words`.
    """
    digits = re.match(r"\d+(?:[.,]\d+)?", words)
    if digits:
        number = float(digits[0].replace(",", "."))
        return int(number) if number.is_integer() else number
    parts = re.split(r"[\s-]+", words.lower())
    if parts[0] in phrases.TENS:
        return phrases.TENS[parts[0]] + (phrases.UNITS.get(parts[1], 0) if len(parts) > 1 else 0)
    if parts[0] in phrases.UNITS:
        return phrases.UNITS[parts[0]]
    raise ValueError(f"no number begins {words!r}")


def _matcher(nlp: Language, label: str, patterns: list[phrases.Pattern]) -> Matcher:
    matcher = Matcher(nlp.vocab)
    matcher.add(label, patterns)
    return matcher


def _joined(dates: list[Span]) -> list[Span]:
    """Joins dates that follow each other directly into one, unless the second starts a new one ("until ...")."""
    joined: list[Span] = []
    for span in dates:
        if joined and _belong_together(span.doc, joined[-1], span):
            joined[-1] = span.doc[joined[-1].start : span.end]
        else:
            joined.append(span)
    return joined


def _belong_together(doc: Doc, first: Span, second: Span) -> bool:
    between = doc.text[first.end_char : second.start_char]
    return _GLUE.fullmatch(between) is not None and _STARTS_ANEW.match(second.text) is None


def _name_in(span: Span) -> Span | None:
    """The words with capital letters that end it: what comes before them is what told of a name."""
    start = span.end
    while start > span.start + 1 and span.doc[start - 1].is_title and _may_name(span.doc[start - 1].lower_):
        start -= 1
    return span.doc[start : span.end] if start < span.end else None


def _may_name(word: str) -> bool:
    return word not in phrases.NO_NAMES


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def _quantity(entity: str, value: str | float, span: Span) -> Quantity:
    return Quantity(entity, value, span.text, span.start_char, span.end_char)
