"""What this engine can't run is refused by name, before anything is trained or served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import REPOSITORY
from engine_process import environment, run

from msb_engine import config_guard, no_tensorflow
from msb_engine.config_guard import ConfigRefused

GOOD = yaml.safe_load((REPOSITORY / "config.yml").read_text())


def refusal(path: Path, config: object) -> str:
    path.write_text(config if isinstance(config, str) else yaml.safe_dump(config))
    with pytest.raises(ConfigRefused) as refused:
        config_guard.check(path)
    assert str(path) in str(refused.value)
    return str(refused.value)


def test_the_configuration_of_the_assistant_is_accepted() -> None:
    config_guard.check(REPOSITORY / "config.yml")


@pytest.mark.parametrize(
    "name",
    [
        "DIETClassifier",
        "ResponseSelector",
        "LanguageModelFeaturizer",
        "ConveRTFeaturizer",
        "HFTransformersNLP",
        "LanguageModelTokenizer",
        "rasa.nlu.classifiers.diet_classifier.DIETClassifier",
        "rasa.nlu.selectors.response_selector.ResponseSelector",
    ],
)
def test_a_component_that_needs_tensorflow_is_refused(tmp_path: Path, name: str) -> None:
    told = refusal(tmp_path / "config.yml", {**GOOD, "pipeline": [*GOOD["pipeline"], {"name": name, "epochs": 1}]})
    assert f"`pipeline` names {name}, which needs TensorFlow" in told


@pytest.mark.parametrize("name", ["TEDPolicy", "UnexpecTEDIntentPolicy", "rasa.core.policies.ted_policy.TEDPolicy"])
def test_a_policy_that_needs_tensorflow_is_refused(tmp_path: Path, name: str) -> None:
    told = refusal(tmp_path / "config.yml", {**GOOD, "policies": [name, *GOOD["policies"]]})
    assert f"`policies` names {name}, which needs TensorFlow" in told


def test_a_component_that_inherits_from_such_a_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sly.py").write_text(
        "from rasa.engine.recipes.default_recipe import DefaultV1Recipe\n"
        "from rasa.nlu.classifiers.diet_classifier import DIETClassifier\n"
        "@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)\n"
        "class Sly(DIETClassifier): pass\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "sly.Sly, which needs TensorFlow" in refusal(
        tmp_path / "config.yml", {**GOOD, "pipeline": [{"name": "sly.Sly"}]}
    )


@pytest.mark.parametrize("section", ["pipeline", "policies"])
@pytest.mark.parametrize("value", [None, [], "supervised_embeddings"])
def test_what_rasa_would_fill_in_with_its_defaults_is_refused(tmp_path: Path, section: str, value: object) -> None:
    assert f"`{section}` is empty" in refusal(tmp_path / "config.yml", {**GOOD, section: value})
    without = {key: entry for key, entry in GOOD.items() if key != section}
    assert f"`{section}` is empty" in refusal(tmp_path / "config.yml", without)


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("", "is not a mapping"),
        ("a: [", "can't be read"),
        ({**GOOD, "recipe": "graph.v1"}, "graph.v1"),
        ({**GOOD, "pipeline": [{"epochs": 1}]}, "has no name"),
        ({**GOOD, "pipeline": [{"name": "NoSuchThing"}]}, "NoSuchThing, which can't be found"),
        ({**GOOD, "pipeline": [{"name": "no.such.Thing"}]}, "no.such.Thing, which can't be found"),
    ],
)
def test_what_cannot_be_checked_is_refused(tmp_path: Path, config: object, told: str) -> None:
    assert told in refusal(tmp_path / "config.yml", config)


@pytest.mark.parametrize("command", ["train", "serve", "validate"])
def test_every_command_looks_at_the_configuration_first(tmp_path: Path, command: str) -> None:
    (tmp_path / "config.yml").write_text(yaml.safe_dump({**GOOD, "policies": [{"name": "TEDPolicy"}]}))
    done = run(tmp_path, command, MSB_ENGINE_TOKEN="t", MSB_ACTIONS_TOKEN="t")
    assert done.returncode == 1
    assert "TEDPolicy, which needs TensorFlow" in done.stdout + done.stderr


def test_every_component_of_rasa_that_imports_tensorflow_is_known() -> None:
    from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS

    needing = {component.__name__ for component in DEFAULT_COMPONENTS if no_tensorflow.needs_tensorflow(component)}
    assert needing <= config_guard.NEED_TENSORFLOW
    assert {"DIETClassifier", "TEDPolicy", "ResponseSelector", "UnexpecTEDIntentPolicy"} <= needing


PROBE = """
from msb_engine import no_tensorflow
no_tensorflow.install(); no_tensorflow.install()
import tensorflow as tf, tensorflow.keras.layers, keras
from tensorflow.python.eager import context
class Layer(tf.keras.layers.Layer): pass
@tf.function
def same(x: tf.Tensor | None) -> dict[str, tf.Tensor]: return x
assert same(5) == 5
uses = [lambda: tf.constant(1), tf.keras.Model, Layer, lambda: context.device("cpu"), lambda: tf.function(jit=1)]
for use in uses:
    try: use()
    except no_tensorflow.TensorFlowAbsent as error: assert "without TensorFlow" in str(error)
    else: raise AssertionError("it was not refused")
print("refused")
"""


def test_a_stand_in_can_be_named_and_subclassed_but_not_used(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "refused\n", done.stderr


def test_after_tensorflow_it_is_too_late(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("")
    code = "import sys, tensorflow; from msb_engine import no_tensorflow; no_tensorflow.install()"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, sys.argv[1]); {code}", str(tmp_path)],
        env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "too late to do without TensorFlow" in done.stderr


def test_nothing_loads_numpy_before_its_number_of_threads_is_set() -> None:
    asked = "import sys; import msb_engine.__main__; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
