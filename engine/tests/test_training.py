"""Models: named by what they are made from, trained once, tried before they are used."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

import pytest
from engine_process import run

from msb_engine import fingerprint as fingerprints
from msb_engine import smoke, validate
from msb_engine.fingerprint import fingerprint
from msb_engine.settings import Paths, SettingsRefused, fill_in_defaults, read_paths, read_port
from msb_engine.smoke import ModelRefused


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "data/nlu/sentences.yml", "data/rules/answers.yml"])
def test_a_change_in_a_file_makes_another_model(copy: Paths, name: str) -> None:
    before = fingerprint(copy)
    with (copy.root / name).open("a") as file:
        file.write("# another word\n")
    assert fingerprint(copy) != before


def test_a_new_or_a_renamed_file_makes_another_model(copy: Paths) -> None:
    before = fingerprint(copy)
    (copy.data / "nlu" / "more.yml").write_text('version: "3.1"\n')
    more = fingerprint(copy)
    (copy.data / "nlu" / "more.yml").rename(copy.data / "nlu" / "other.yml")
    assert len({before, more, fingerprint(copy)}) == 3


def test_the_same_files_elsewhere_make_the_same_model(copy: Paths, assistant: Path) -> None:
    assert fingerprint(copy) == fingerprint(Paths(assistant, assistant / "models"))


@pytest.mark.parametrize("name", ["requirements.txt", "msb_engine/nlu/intents.py"])
def test_another_environment_or_component_makes_another_model(
    copy: Paths, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(copy)
    engine = tmp_path / "engine"
    shutil.copytree(fingerprints.ENGINE / "msb_engine", engine / "msb_engine")
    shutil.copy(fingerprints.ENGINE / "requirements.txt", engine)
    monkeypatch.setattr(fingerprints, "ENGINE", engine)
    assert fingerprint(copy) == before
    with (engine / name).open("a") as file:
        file.write("# changed\n")
    assert fingerprint(copy) != before


def test_a_model_that_is_there_is_not_trained_again(assistant: Path, model: Path) -> None:
    stamp = model.stat().st_mtime_ns
    done = run(assistant, "train")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [f"model {model.name.removesuffix('.tar.gz')} is up to date", str(model)]
    assert model.stat().st_mtime_ns == stamp


def test_training_tells_its_steps_and_leaves_only_the_model(assistant: Path, model: Path) -> None:
    assert os.listdir(model.parent) == [model.name]
    assert (assistant / "var" / "log" / "train.log").stat().st_size > 0
    with tarfile.open(model) as archive:
        assert any(name.endswith("classifier.npz") for name in archive.getnames())


def test_a_failed_training_puts_nothing_in_place(copy: Paths) -> None:
    (copy.root / "domain.yml").write_text("version: 3.1\nintents: 5\n")
    done = run(copy.root, "train")
    assert done.returncode == 1
    assert done.stderr.startswith("no model: ")
    assert not list(copy.models.glob("*.tar.gz"))


def test_a_model_that_does_not_know_its_sentences_is_refused(model: Path, tmp_path: Path) -> None:
    wrong = {"greet": "thank you", "rate": "hello", "away": "yes"}
    swapped = "\n".join(f"- intent: {name}\n  examples: |\n    - {text}" for name, text in wrong.items())
    data = tmp_path / "nlu.yml"
    data.write_text(f'version: "3.1"\nnlu:\n{swapped}\n')
    with pytest.raises(ModelRefused, match="understands only"):
        smoke.check_model(model, data)


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"not an archive")
    with pytest.raises(ModelRefused, match="can't be loaded"):
        smoke.check_model(broken, tmp_path)


def test_rasa_has_nothing_to_say_against_the_files(assistant: Path) -> None:
    assert validate.findings(Paths(assistant, assistant / "models")) == []


def test_rasa_s_warnings_are_counted(copy: Paths) -> None:
    domain = copy.domain.read_text().replace("- greet\n", "- greet\n- an_intent_that_nobody_uses\n")
    copy.domain.write_text(domain)
    assert any("an_intent_that_nobody_uses" in line for line in validate.findings(copy))


def test_settings_have_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    paths = read_paths({"MSB_ENGINE_ROOT": str(tmp_path)})
    assert (paths.models, read_port({})) == (tmp_path / "models", 5005)
    for name in ("MSB_ENGINE_TOKEN", "MSB_ACTIONS_TOKEN"):
        monkeypatch.setenv(name, "t")
    for name in ("MSB_ACTIONS_URL", "MSB_ENGINE_STORE_URL"):
        monkeypatch.setenv(name, "")
    fill_in_defaults(paths)
    assert os.environ["MSB_ACTIONS_URL"] == "http://127.0.0.1:5055/webhook"
    assert os.environ["MSB_ENGINE_STORE_URL"] == f"sqlite:///{tmp_path}/var/engine.db"


@pytest.mark.parametrize("port", ["x", "0", "70000", "-1"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(SettingsRefused):
        read_port({"MSB_ENGINE_PORT": port})
