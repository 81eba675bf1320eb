"""The fingerprint of a model: a digest of everything that it is made from. The same inputs, the same model."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msb_engine.nlu import weights
from msb_engine.settings import Paths

ENGINE = Path(__file__).resolve().parents[1]


def fingerprint(paths: Paths) -> str:
    """16 hexadecimal digits over the configuration, domain, data, our components, their weights and the environment."""
    digest = hashlib.sha256()
    for name, content in sorted(_inputs(paths)):
        digest.update(f"{name}\n{content}\n".encode())
    return digest.hexdigest()[:16]


def _inputs(paths: Paths) -> list[tuple[str, str]]:
    """Pairs of a name, which doesn't depend on where the assistant lies, and the digest of a content."""
    own = [paths.config, paths.domain, *sorted(paths.data.rglob("*.yml"))]
    engine = [ENGINE / "requirements.txt", *sorted((ENGINE / "msb_engine" / "nlu").glob("*.py"))]
    return [
        *((path.relative_to(paths.root).as_posix(), _digest(path)) for path in own),
        *((f"engine:{path.relative_to(ENGINE).as_posix()}", _digest(path)) for path in engine),
        ("weights", weights.sha256(weights.weights_path())),
        ("vocabulary", weights.sha256(weights.vocabulary_path())),
    ]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
