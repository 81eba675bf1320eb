"""A sentence embedding: all-MiniLM-L6-v2, by ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import onnxruntime

from msb_engine.nlu.wordpiece import WordPiece

Vector = npt.NDArray[np.float32]
DIMENSIONS = 384


class Embedding:
    """Turns a text into the mean of its token vectors, brought to length 1: 384 numbers that say what it means.

    Args:
        model: the ONNX model.
        longest: tokens after which a text is cut.
        remembered: how many embeddings are kept in memory (1.5 kB each).
    """

    def __init__(self, model: bytes, tokenizer: WordPiece, *, longest: int, remembered: int) -> None:
        self._tokenizer, self._longest = tokenizer, longest
        self._session = _open_session(model)
        self.vector = lru_cache(maxsize=remembered)(self._compute)

    def vectors(self, texts: Collection[str]) -> npt.NDArray[np.float32]:
        """Shape (texts, 384); on all processors: ONNX Runtime lets go of the interpreter's lock while it computes."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.stack(list(pool.map(self._compute, texts)))

    def _compute(self, text: str) -> Vector:
        ids = np.array([self._tokenizer.ids(text, self._longest)], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = self._session.run(None, inputs)[0][0].mean(axis=0)
        return np.asarray(mean / (np.linalg.norm(mean) + 1e-9), dtype=np.float32)


def _open_session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
