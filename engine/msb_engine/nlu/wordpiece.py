"""The WordPiece tokenizer of BERT (uncased): text in, ids of the vocabulary out."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

LONGEST_WORD = 100
_CJK = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))


class WordPiece:
    """Splits text into the longest pieces that the vocabulary knows."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary
        self._first = vocabulary["[CLS]"]
        self._last = vocabulary["[SEP]"]
        self._unknown = vocabulary["[UNK]"]

    @classmethod
    def from_file(cls, path: Path) -> WordPiece:
        """`path` is a tokenizer description in JSON, with the vocabulary at ``model.vocab``."""
        return cls(json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"])

    def ids(self, text: str, longest: int = 64) -> list[int]:
        """The ids of `text` between those of [CLS] and [SEP], `longest` at most in all."""
        ids: list[int] = []
        for word in _words(text):
            ids.extend(self._pieces(word))
            if len(ids) >= longest - 2:
                break
        return [self._first, *ids[: longest - 2], self._last]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        pieces: list[int] = []
        start = 0
        while start < len(word):
            end = self._end_of_piece(word, start)
            if end is None:
                return [self._unknown]
            pieces.append(self._vocabulary[_piece(word, start, end)])
            start = end
        return pieces

    def _end_of_piece(self, word: str, start: int) -> int | None:
        ends = range(len(word), start, -1)
        return next((end for end in ends if _piece(word, start, end) in self._vocabulary), None)


def _piece(word: str, start: int, end: int) -> str:
    return word[start:end] if start == 0 else f"##{word[start:end]}"


def _words(text: str) -> Iterator[str]:
    """Words without accents in lower case; each punctuation mark and each Chinese character is a word of its own."""
    decomposed = unicodedata.normalize("NFD", "".join(_cleaned(text)))
    plain = "".join(character for character in decomposed if unicodedata.category(character) != "Mn").lower()
    for chunk in plain.split():
        yield from _split_at_punctuation(chunk)


def _cleaned(text: str) -> Iterator[str]:
    for character in text:
        if character in "\t\n\r":
            yield " "
        elif character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cf", "Co"):
            continue
        elif character.isspace():
            yield " "
        elif _is_cjk(character):
            yield f" {character} "
        else:
            yield character


def _split_at_punctuation(chunk: str) -> Iterator[str]:
    word = ""
    for character in chunk:
        if _is_punctuation(character):
            if word:
                yield word
            yield character
            word = ""
        else:
            word += character
    if word:
        yield word


def _is_punctuation(character: str) -> bool:
    is_ascii_symbol = character.isascii() and character.isprintable() and not character.isalnum() and character != " "
    return is_ascii_symbol or unicodedata.category(character).startswith("P")


def _is_cjk(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _CJK)
