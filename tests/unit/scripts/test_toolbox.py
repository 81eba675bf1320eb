"""What the scripts tell uv, and what they say of a command that fails."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import toolbox


def test_pips_environment_wins_over_its_files() -> None:
    listing = (
        "global.cert='/site.pem'\nglobal.index-url='https://a/'\ninstall.index-url='https://b/'\n:env:.cert='/mine.pem'"
    )
    assert toolbox.parse_pip_settings(listing) == {"cert": "/mine.pem", "index-url": "https://b/"}


def test_pips_index_is_handed_to_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(toolbox, "pip_settings", lambda: {"index-url": "https://mirror.example/", "cert": "/ca.pem"})
    handed = toolbox.uv_environment()
    assert handed["UV_DEFAULT_INDEX"] == "https://mirror.example/"
    assert handed["SSL_CERT_FILE"] == "/ca.pem"


def test_uvs_own_index_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_INDEX_URL", "https://own.example/")
    monkeypatch.setattr(toolbox, "pip_settings", lambda: {"index-url": "https://mirror.example/"})
    assert "UV_DEFAULT_INDEX" not in toolbox.uv_environment()


def test_bytecode_is_written_whatever_the_caller_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in toolbox.environment()


def test_a_failed_command_shows_the_end_of_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolbox, "ROOT", tmp_path)
    script = "import sys; print(*range(100), sep='\\n'); sys.exit('no such wheel')"
    with pytest.raises(toolbox.CommandFailed) as failure:
        toolbox.run_logged([sys.executable, "-c", script], tmp_path / "log" / "step.log", toolbox.environment())
    shown = str(failure.value)
    assert "ended with status 1" in shown
    assert "no such wheel" in shown
    assert "\n5\n" not in shown
