"""The tokenizer against ids of the reference implementation, and the files it and the embedding are read from."""

from __future__ import annotations

from pathlib import Path

import pytest

from msb_engine.nlu import weights
from msb_engine.nlu.weights import WeightsMissing
from msb_engine.nlu.wordpiece import WordPiece

TOKENIZER = WordPiece.from_file(weights.vocabulary_path())


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [101, 102]),
        ("Hello, world!", [101, 7592, 1010, 2088, 999, 102]),
        ("I've finished the form, 100%", [101, 1045, 1005, 2310, 2736, 1996, 2433, 1010, 2531, 1003, 102]),
        ("naïve café", [101, 15743, 7668, 102]),
        ("我在北京", [101, 1855, 100, 1781, 1755, 102]),
        ("unaffable_x $5", [101, 14477, 20961, 3468, 1035, 1060, 1002, 1019, 102]),
        ("don\u2019t 9/10 😀", [101, 2123, 1521, 1056, 1023, 1013, 2184, 100, 102]),
        ("\x1fA\x85b", [101, 11113, 102]),
        ("x" * 101, [101, 100, 102]),
    ],
)
def test_the_ids_are_those_of_the_reference(text: str, ids: list[int]) -> None:
    assert TOKENIZER.ids(text) == ids


def test_a_long_text_is_cut_and_still_ends_well() -> None:
    ids = TOKENIZER.ids("word " * 1000, longest=64)
    assert len(ids) == 64
    assert (ids[0], ids[-1]) == (101, 102)


def test_another_file_than_the_configured_one_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "model.onnx"
    other.write_bytes(b"other weights")
    with pytest.raises(WeightsMissing, match=r"model\.onnx is not the file"):
        weights.check_sha256(other, weights.sha256(weights.weights_path()))
