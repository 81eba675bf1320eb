"""TwiML as Twilio reads it: which verbs there are, and what they may contain."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from xml.etree import ElementTree

SIZE_LIMIT = 64 * 1024
NESTED: dict[str, frozenset[str]] = {
    "Response": frozenset({"Say", "Play", "Pause", "Gather", "Dial", "Hangup", "Redirect"}),
    "Gather": frozenset({"Say", "Play", "Pause"}),
    "Dial": frozenset({"Number"}),
}
SCREENING = frozenset({"Say", "Play", "Pause", "Gather", "Hangup", "Redirect"})
"""What the document of a <Number> may hold: it can't dial on."""
ATTRIBUTES: dict[str, frozenset[str]] = {
    "Response": frozenset(),
    "Say": frozenset({"voice", "language", "loop"}),
    "Play": frozenset({"loop", "digits"}),
    "Pause": frozenset({"length"}),
    "Gather": frozenset(
        {"input", "action", "method", "timeout", "finishOnKey", "numDigits", "actionOnEmptyResult", "language"}
    ),
    "Dial": frozenset(
        {"action", "method", "timeout", "hangupOnStar", "timeLimit", "callerId", "record", "answerOnBridge"}
    ),
    "Number": frozenset({"url", "method", "statusCallback", "statusCallbackMethod", "statusCallbackEvent"}),
    "Hangup": frozenset(),
    "Redirect": frozenset({"method"}),
}
SAY_LIMIT = 4096
NUMBER_LIMIT = 10


class BadTwiml(Exception):
    """A document that Twilio does not execute; `code` is its error."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


@dataclass(frozen=True)
class Verb:
    name: str
    attributes: dict[str, str]
    text: str
    children: tuple[Verb, ...] = ()

    def number(self, attribute: str, default: int) -> int:
        value = self.attributes.get(attribute, "")
        return int(value) if value.isascii() and value.isdigit() else default

    def flag(self, attribute: str) -> bool:
        return self.attributes.get(attribute, "").lower() == "true"


def parse(document: str, *, screening: bool = False) -> deque[Verb]:
    """The verbs in their order.

    Raises:
        BadTwiml: 11750 too large, 12100 not XML, 12200 not as the schema has it, 13227 and the like come later.
    """
    if len(document.encode()) > SIZE_LIMIT:
        raise BadTwiml(11750, "the document is larger than 64 kB")
    if "<!DOCTYPE" in document or "<!ENTITY" in document:
        raise BadTwiml(12100, "a document type")
    try:
        root = ElementTree.fromstring(document.strip())  # noqa: S314 - types and entities were refused above
    except ElementTree.ParseError as error:
        raise BadTwiml(12100, str(error)) from None
    if root.tag != "Response":
        raise BadTwiml(12100, f"the document begins with <{root.tag}>")
    verbs = _verb(root).children
    for verb in verbs:
        if screening and verb.name not in SCREENING:
            raise BadTwiml(12200, f"<{verb.name}> in the document of a <Number>")
    return deque(verbs)


def _verb(element: ElementTree.Element) -> Verb:
    name = element.tag
    if name not in ATTRIBUTES:
        raise BadTwiml(12200, f"<{name}> is unknown")
    unknown = set(element.attrib) - ATTRIBUTES[name]
    if unknown:
        raise BadTwiml(12200, f"<{name}> has no {sorted(unknown)[0]}")
    wrong = [child.tag for child in element if child.tag not in NESTED.get(name, frozenset())]
    if wrong:
        raise BadTwiml(12200, f"<{wrong[0]}> in <{name}>")
    text = (element.text or "").strip()
    if name == "Say" and not 0 < len(text) <= SAY_LIMIT:
        raise BadTwiml(13520, "<Say> is empty or too long")
    if name == "Dial" and not 0 < len(element) <= NUMBER_LIMIT and not text:
        raise BadTwiml(13233, "<Dial> names nobody")
    return Verb(name, dict(element.attrib), text, tuple(_verb(child) for child in element))
