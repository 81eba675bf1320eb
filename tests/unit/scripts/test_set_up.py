"""The set-up does each step once, again when something it is made from has changed, and resumes after a failure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import set_up
from toolbox import CommandFailed


class Workshop:
    """A repository of two files with two steps, the second of which needs the first; remembers what was done."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.done: list[str] = []
        self.broken: set[str] = set()
        for name in ("first.in", "second.in"):
            (root / name).write_text("1")

    def steps(self) -> list[set_up.Step]:
        first = set_up.Step("first", "First", self.work("first"), ("first.in",), self.root / "first.out")
        second = set_up.Step("second", "Second", self.work("second"), ("second.in",), self.root / "second.out", "first")
        return [first, second]

    def work(self, name: str) -> Callable[[Path], None]:
        def run(_log: Path) -> None:
            if name in self.broken:
                raise CommandFailed(f"{name} is broken")
            self.done.append(name)
            (self.root / f"{name}.out").touch()

        return run

    def run(self) -> list[str]:
        """Sets up, and returns what that did."""
        self.done = []
        set_up.set_up(self.steps(), quiet=True)
        return self.done


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "TOOLS", tmp_path / ".tools")
    monkeypatch.setattr(set_up, "LOGS", tmp_path / "log")
    return Workshop(tmp_path)


def test_a_second_run_does_nothing(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    assert workshop.run() == ["first", "second"]
    capsys.readouterr()
    assert workshop.run() == []
    assert capsys.readouterr().out == ""


def test_a_changed_input_repeats_its_step_and_those_that_need_it(workshop: Workshop) -> None:
    workshop.run()
    (workshop.root / "first.in").write_text("2")
    assert workshop.run() == ["first", "second"]
    (workshop.root / "second.in").write_text("2")
    assert workshop.run() == ["second"]


def test_a_new_file_in_an_input_folder_repeats_the_step_and_bytecode_does_not(tmp_path: Path) -> None:
    (tmp_path / "data" / "__pycache__").mkdir(parents=True)
    (tmp_path / "data" / "a.yml").touch()
    (tmp_path / "data" / "__pycache__" / "a.pyc").touch()
    assert list(set_up.files_below(tmp_path / "data")) == [tmp_path / "data" / "a.yml"]


def test_a_product_that_was_removed_is_made_again(workshop: Workshop) -> None:
    workshop.run()
    (workshop.root / "second.out").unlink()
    assert workshop.run() == ["second"]


def test_an_empty_folder_is_no_product(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    assert not set_up.is_there(tmp_path / "models")
    (tmp_path / "models" / "one.tar.gz").touch()
    assert set_up.is_there(tmp_path / "models")


def test_a_failed_run_resumes_with_the_step_that_failed(workshop: Workshop) -> None:
    workshop.broken = {"second"}
    with pytest.raises(CommandFailed, match="second is broken"):
        workshop.run()
    workshop.broken = set()
    assert workshop.run() == ["second"]


def test_a_step_that_fails_when_repeated_counts_as_not_done(workshop: Workshop) -> None:
    workshop.run()
    (workshop.root / "first.in").write_text("2")
    workshop.broken = {"first"}
    with pytest.raises(CommandFailed):
        workshop.run()
    (workshop.root / "first.in").write_text("1")
    workshop.broken = set()
    assert workshop.run() == ["first"]


def test_a_step_that_leaves_no_product_fails(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "touch", lambda self: None)
    with pytest.raises(CommandFailed, match=r"first\.out is still missing"):
        workshop.run()


def test_the_real_steps_are_in_an_order_in_which_each_finds_what_it_needs() -> None:
    for production in (False, True):
        seen: set[str] = set()
        for step in set_up.steps(production):
            assert step.needs is None or step.needs in seen
            seen.add(step.name)


def test_up_to_a_step_leaves_out_the_later_ones() -> None:
    assert [step.name for step in set_up.up_to("project", set_up.steps(production=False))] == ["uv", "app", "project"]
    assert len(set_up.up_to(None, set_up.steps(production=False))) == 5
