"""Refuses a `config.yml` that this engine can't run, by name, before anything is trained or served.

Without this, Rasa would train or load such a component against the stand-ins of TensorFlow and fail somewhere deep
inside, or fill in defaults of its own, which need TensorFlow too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from msb_engine import no_tensorflow

RECIPE = "default.v1"

# Named here as well as found by looking, because some are gone from Rasa 3 and can't be looked at.
NEED_TENSORFLOW = frozenset(
    {
        "ConveRTFeaturizer",
        "ConveRTTokenizer",
        "DIETClassifier",
        "HFTransformersNLP",
        "LanguageModelFeaturizer",
        "LanguageModelTokenizer",
        "ResponseSelector",
        "TEDPolicy",
        "UnexpecTEDIntentPolicy",
    }
)


class ConfigRefused(ValueError):
    """The engine can't run this configuration."""


def check(path: Path) -> None:
    """Reads the configuration at `path` and returns if this engine can run all of it.

    Raises:
        ConfigRefused: it can't; the message names the file and the component.
    """
    config = _read(path)
    if config.get("recipe", RECIPE) != RECIPE:
        raise ConfigRefused(f"{path}: recipe {config['recipe']!r} is refused: only {RECIPE} is checked and supported")
    for section in ("pipeline", "policies"):
        for name in _component_names(path, config, section):
            _check_component(path, section, name)


def _read(path: Path) -> dict[str, Any]:
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigRefused(f"{path}: can't be read: {error}") from error
    if not isinstance(config, dict):
        raise ConfigRefused(f"{path}: is not a mapping")
    return config


def _component_names(path: Path, config: dict[str, Any], section: str) -> list[str]:
    entries = config.get(section)
    if not isinstance(entries, list) or not entries:
        raise ConfigRefused(f"{path}: `{section}` is empty: Rasa would fill in defaults, which need TensorFlow")
    names = [entry.get("name") if isinstance(entry, dict) else entry for entry in entries]
    if not all(isinstance(name, str) for name in names):
        raise ConfigRefused(f"{path}: an entry of `{section}` has no name")
    return [str(name) for name in names]


def _check_component(path: Path, section: str, name: str) -> None:
    if name.rpartition(".")[2] in NEED_TENSORFLOW or no_tensorflow.needs_tensorflow(_resolve(path, section, name)):
        raise ConfigRefused(f"{path}: `{section}` names {name}, which needs TensorFlow; this engine runs without it")


def _resolve(path: Path, section: str, name: str) -> type:
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe

    try:
        component: type = DefaultV1Recipe._from_registry(name).clazz
        return component
    except no_tensorflow.TensorFlowAbsent as error:
        raise ConfigRefused(f"{path}: `{section}` names {name}, which needs TensorFlow: {error}") from error
    except Exception as error:
        raise ConfigRefused(f"{path}: `{section}` names {name}, which can't be found: {error}") from error
