"""The tests' PostgreSQL: who may use which, and what happens without one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import postgres

SHOW = "import os; print('url:', os.environ.get('TEST_DATABASE_URL', 'none')); raise SystemExit(7)"
COMMAND = ["--", sys.executable, "-c", SHOW]


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server is found: nothing is on the path, and there is no folder of packages."""
    monkeypatch.setattr(postgres, "PACKAGED", tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CI", "TEST_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_a_database_that_is_named_is_used_and_the_commands_status_is_kept(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql+psycopg://elsewhere/db")
    assert postgres.main(COMMAND) == 7
    assert "url: postgresql+psycopg://elsewhere/db" in capfd.readouterr().out


def test_without_a_server_an_optional_run_says_so_and_goes_on(capfd: pytest.CaptureFixture[str]) -> None:
    assert postgres.main(["--optional", *COMMAND]) == 7
    said = capfd.readouterr().out
    assert "its tests are skipped" in said
    assert "url: none" in said


def test_without_a_server_a_run_that_needs_one_fails(capfd: pytest.CaptureFixture[str]) -> None:
    assert postgres.main(COMMAND) == 1
    assert "url:" not in capfd.readouterr().out


def test_without_a_server_ci_fails_rather_than_skip(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    assert postgres.main(["--optional", *COMMAND]) == 1
    said = capfd.readouterr()
    assert "url:" not in said.out
    assert "no server is installed here" in said.err


def test_the_newest_packaged_server_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9.6", "15", "17"):
        folder = tmp_path / "packages" / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "pg_ctl", "postgres"):
            if version != "17":
                (folder / name).touch()
    monkeypatch.setattr(postgres, "PACKAGED", tmp_path / "packages")
    assert postgres.find_programs() == tmp_path / "packages" / "15" / "bin"
