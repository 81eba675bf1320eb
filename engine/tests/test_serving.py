"""Starting and stopping the engine."""

from __future__ import annotations

import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from engine_process import EngineProcess, run

from msb_engine.settings import Paths, SettingsRefused, read_host

SECRETS = {"MSB_ENGINE_TOKEN": "t", "MSB_ACTIONS_TOKEN": "t"}


def test_without_a_model_the_engine_does_not_start(copy: Paths) -> None:
    done = run(copy.root, "serve", **SECRETS)
    assert done.returncode == 1
    assert "there is no model for the files as they are" in done.stderr


@pytest.mark.parametrize("missing", ["MSB_ENGINE_TOKEN", "MSB_ACTIONS_TOKEN"])
def test_without_a_secret_the_engine_does_not_start(assistant: Path, missing: str) -> None:
    done = run(assistant, "serve", **{**SECRETS, missing: ""})
    assert (done.returncode, done.stderr) == (1, f"the engine does not start: {missing} is not set\n")


def test_another_channel_is_not_opened(copy: Paths, model: Path) -> None:
    with copy.credentials.open("a") as file:
        file.write("rest:\n")
    copy.models.mkdir()
    shutil.copy(model, copy.models)
    done = run(copy.root, "serve", **SECRETS)
    assert done.returncode == 1
    assert "the turn channel, and no other, may be opened" in done.stderr


def test_a_port_that_is_taken_is_an_error(assistant: Path, model: Path, tmp_path: Path) -> None:
    assert model.is_file()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(
            assistant, "serve", MSB_ENGINE_PORT=port, MSB_ENGINE_STORE_URL=f"sqlite:///{tmp_path}/engine.db", **SECRETS
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert "address already in use" in done.stderr


def test_it_listens_on_the_address_that_is_named(assistant: Path, model: Path, tmp_path: Path) -> None:
    assert model.is_file()
    with socket.create_server(("127.0.0.2", 0)) as taken:
        where = {"MSB_ENGINE_HOST": "127.0.0.2", "MSB_ENGINE_PORT": str(taken.getsockname()[1])}
        done = run(assistant, "serve", MSB_ENGINE_STORE_URL=f"sqlite:///{tmp_path}/engine.db", **where, **SECRETS)
    assert (done.returncode, done.stdout) == (1, "")
    assert "address already in use" in done.stderr


def test_without_a_named_address_it_listens_on_loopback_only() -> None:
    assert read_host({}) == "127.0.0.1"


@pytest.mark.parametrize("odd", ["engine.example", "10.0.0", "*"])
def test_what_is_no_address_is_refused(odd: str) -> None:
    with pytest.raises(SettingsRefused, match="MSB_ENGINE_HOST is not an IP address"):
        read_host({"MSB_ENGINE_HOST": odd})


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_well_when_it_is_asked_to(
    start: Callable[[Path], EngineProcess], tmp_path: Path, how: signal.Signals
) -> None:
    engine = start(tmp_path / "engine.db")
    assert engine.get("health").status == 200
    assert engine.stop(how) == 0
    assert "Traceback" not in engine.log.read_text()
