"""Trains the model that belongs to the files as they are, unless it is there already."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msb_engine import bootstrap, config_guard
from msb_engine.fingerprint import fingerprint
from msb_engine.settings import Paths, read_paths

Tell = Callable[[str], None]


class TrainingFailed(RuntimeError):
    """Rasa did not train a model."""


def ensure_model(paths: Paths, tell: Tell) -> Path:
    """The path of the model for the files as they are; it is trained, tried and put in place if it isn't there.

    Raises:
        config_guard.ConfigRefused: the configuration is not one for this engine.
        TrainingFailed: Rasa failed; its log tells more.
        smoke.ModelRefused: the new model understands too little; it is not put in place.
    """
    config_guard.check(paths.config)
    name = fingerprint(paths)
    model = paths.model(name)
    if model.is_file():
        tell(f"model {name} is up to date")
        return model
    started = time.monotonic()
    paths.models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=paths.models, prefix=".training-") as folder:
        tell(f"training model {name} ...")
        draft = _train(paths, Path(folder), name)
        tell("trying it out ...")
        _try(draft, paths)
        draft.replace(model)
    tell(f"model {name} is ready after {time.monotonic() - started:.1f} s")
    return model


def _train(paths: Paths, folder: Path, name: str) -> Path:
    log = paths.var / "log" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with _all_output_to(log):
        import rasa.model_training

        try:
            result = rasa.model_training.train(
                domain=str(paths.domain),
                config=str(paths.config),
                training_files=[str(paths.data)],
                output=str(folder),
                force_training=True,
                fixed_model_name=name,
            )
        except (Exception, SystemExit) as error:
            raise TrainingFailed(f"{error} (see {log})") from error
    if result.code != 0 or result.model is None:
        raise TrainingFailed(f"Rasa gave the code {result.code} (see {log})")
    return Path(result.model)


def _try(model: Path, paths: Paths) -> None:
    from msb_engine import smoke

    smoke.check_model(model, paths.data / "nlu")


@contextmanager
def _all_output_to(log: Path) -> Iterator[None]:
    """What this process and the libraries in it write goes to the file: Rasa's progress bars are for a person alone."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(descriptor) for descriptor in (1, 2)]
    with log.open("wb") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for descriptor, original in zip((1, 2), kept, strict=True):
                os.dup2(original, descriptor)
                os.close(original)


def with_fixed_hashes() -> None:
    """Starts this program again with PYTHONHASHSEED=0 if it runs without, so that training is repeatable."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONHASHSEED": "0"})  # noqa: S606


def main() -> int:
    """Prints what it does, a line a step. Returns the exit code."""
    with_fixed_hashes()
    bootstrap.prepare()
    try:
        model = ensure_model(read_paths(), lambda line: print(line, flush=True))
    except (config_guard.ConfigRefused, RuntimeError) as error:
        print(f"no model: {error}", file=sys.stderr)
        return 1
    print(model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
