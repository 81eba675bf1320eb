"""Reads the folder of content into one `Programme`, or says file, line and remedy for everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import ContentError
from bot.programme import models
from bot.programme.checks import check_references
from bot.programme.models import Programme
from bot.programme.source import Path as Place
from bot.programme.source import Problem, Source, read_source
from bot.programme.unfit import Unfit

# A file holds any of these at its top; `journey` is one journey, so that each has a file of its own.
SECTIONS = (*(name for name in Programme.model_fields if name != "journeys"), "journey")


def load_programme(folder: Path) -> Programme:
    """Reads every ``.yml`` and ``.yaml`` file in `folder` and below it (UTF-8).

    Raises:
        ContentError: something is wrong; one line for each problem: ``file:line: what. What to do.``
    """
    programme, problems = check_folder(folder)
    if programme is None:
        raise ContentError("\n" + "\n".join(map(str, problems)))
    return programme


def content_files(folder: Path) -> list[Path]:
    """The files of content in `folder` and below it, in the order in which they are read."""
    return [path for path in sorted(folder.rglob("*")) if path.suffix in {".yml", ".yaml"}]


def check_folder(folder: Path, instead: Mapping[str, str] | None = None) -> tuple[Programme | None, list[Problem]]:
    """The programme, or None and what is wrong, by file and line (files are named from `folder`).

    `instead` are texts to be checked in place of what is in files of these names; nothing is written.
    """
    texts = dict(instead or {})
    sources = [
        read_source(name, texts.pop(name)) if (name := path.relative_to(folder).as_posix()) in texts
        else _read(folder, path)
        for path in content_files(folder)
    ]  # fmt: skip
    sources += [read_source(name, text) for name, text in texts.items()]
    if not sources:
        return None, [Problem(str(folder), 1, "there are no YAML files", "Name the folder that holds the programme.")]
    return _validate(sources)


def _read(folder: Path, path: Path) -> Source:
    name = path.relative_to(folder).as_posix()
    try:
        return read_source(name, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return Source(name, None, {}, [Problem(name, line, "this is not UTF-8 text", "Save the file as UTF-8.")])


class _Merged:
    """The data of all files as that of one programme, and the way back from a place in it to a file."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.homes: dict[Place, tuple[Source, Place]] = {}
        self.problems: list[Problem] = []

    def add(self, source: Source) -> None:
        self.problems += source.problems
        if source.data is None:
            return
        if not isinstance(source.data, dict):
            self._refuse(source, (), "the file is not a mapping", f"Start it with one of: {', '.join(SECTIONS)}.")
            return
        for section, value in source.data.items():
            self._section(source, section, value)

    def _section(self, source: Source, section: str, value: Any) -> None:
        if section not in SECTIONS:
            self._refuse(source, (section,), f'"{section}" is not known here', _nearest(section, SECTIONS))
        elif section == "journey":
            key = value.get("key") if isinstance(value, dict) else None
            self._put(source, ("journeys", str(key or source.file)), value, (section,))
        else:
            self._put(source, (section,), value, (section,))

    def _put(self, source: Source, place: Place, value: Any, origin: Place) -> None:
        if place in self.homes:
            other, path = self.homes[place]
            where = f"{other.file}:{other.line(path)}"
            self._refuse(source, origin, f'"{place[-1]}" is there already, in {where}', "Keep one of the two.")
            return
        self.homes[place] = (source, origin)
        if place[0] == "journeys":
            self.data.setdefault("journeys", {})[place[1]] = value
        else:
            self.data[str(place[0])] = value

    def _refuse(self, source: Source, path: Place, message: str, remedy: str) -> None:
        self.problems.append(Problem(source.file, source.line(path), message, remedy))

    def problem(self, place: Place, message: str, remedy: str) -> Problem:
        """A problem at `place` of the programme's data, told by file and line."""
        for length in (2, 1):
            if place[:length] in self.homes:
                source, origin = self.homes[place[:length]]
                path = origin + place[length:]
                return Problem(source.file, source.line(path), _quoting(path, message), remedy)
        return Problem(".", 1, _quoting(place, message), remedy)


def _validate(sources: Sequence[Source]) -> tuple[Programme | None, list[Problem]]:
    merged = _Merged()
    for source in sources:
        merged.add(source)
    problems = merged.problems
    try:
        programme = Programme.model_validate(merged.data)
    except ValidationError as invalid:
        errors = invalid.errors()
        places = [error["loc"] for error in errors]
        problems += [_explain(merged, error) for error in errors if not _told_elsewhere(error, places)]
    else:
        problems += [merged.problem(*finding) for finding in check_references(programme)]
        if not problems:
            return programme, []
    return None, sorted(set(problems), key=lambda problem: (problem.file, problem.line, problem.message))


def _told_elsewhere(error: ErrorDetails, places: Sequence[Place]) -> bool:
    """A journey stands under its own key, so a wrong key would be told twice; a list of wrong items isn't empty."""
    place = error["loc"]
    if error["type"] == "too_short":
        return any(len(other) > len(place) and other[: len(place)] == place for other in places)
    return place[0] == "journeys" and place[-1] == "[key]"


def _quoting(path: Place, message: str) -> str:
    names = [part for part in path if isinstance(part, str) and part != "[key]"]
    return f"{names[-1]}: {message}" if names else message


def _explain(merged: _Merged, error: ErrorDetails) -> Problem:
    place, kind = error["loc"], error["type"]
    if kind == "missing" and len(place) == 1:
        section = "journey" if place[0] == "journeys" else place[0]
        return Problem(".", 1, f"no file has `{section}:`", f"Add `{section}:` to a file in the folder.")
    message, remedy = _said(error)
    return merged.problem(place, message, remedy)


def _said(error: ErrorDetails) -> tuple[str, str]:
    """Pydantic's error in words of ours: what is wrong, and what to do."""
    kind, context, name = error["type"], error.get("ctx", {}), str(error["loc"][-1]) if error["loc"] else ""
    cause = context.get("error")
    if isinstance(cause, Unfit):
        return cause.problem, cause.remedy
    if kind == "missing":
        return "it is missing", f"Add `{name}:` here."
    if kind == "extra_forbidden":
        return "it is not known here", _nearest(name, _FIELDS)
    if kind == "literal_error":
        return f'"{error["input"]}" is not possible here', f"Write {context['expected']}."
    if kind == "string_pattern_mismatch":
        return f'"{error["input"]}" has the wrong form', _PATTERNS.get(context["pattern"], "Correct it.")
    if kind in _WANTED:
        return _WANTED[kind]
    return error["msg"][0].lower() + error["msg"][1:], "Correct the value."


_PATTERNS = {
    r"^[a-z][a-z0-9_]{0,63}$": "A key is lower-case letters, digits and underscores, and starts with a letter.",
    r"^https?://[^\s{}]+$": "Write a whole web address that starts with https://.",
    r"^[a-z][a-z0-9_.]{0,63}$": "An event is named with lower-case letters, digits, underscores and dots.",
}

_WANTED = {
    "string_type": ("it is not text", 'Write text here, in quotes if it looks like a number: "2".'),
    "string_too_short": ("it is empty", "Write something here, or remove the entry if it may be left out."),
    "too_short": ("it is empty", "Put at least one entry here."),
    "tuple_type": ("it is not a list", "Write a list: one entry a line, each after a dash."),
    "mapping_type": ("it is not a mapping", "Write `name: value` lines here, indented."),
    "model_type": ("it is not a mapping", "Write `name: value` lines here, indented."),
    "time_parsing": ("there is no such time of day", 'Write hours and minutes, at most "23:59".'),
    "int_type": ("it is not a whole number", "Write a whole number, without quotes."),
    "int_parsing": ("it is not a whole number", "Write a whole number, without quotes."),
    "greater_than_equal": ("the number is too small", "Write 1 or more."),
}

_FIELDS = frozenset(
    field
    for model in vars(models).values()
    if isinstance(model, type) and issubclass(model, BaseModel)
    for field in model.model_fields
)


def _nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f"Did you mean `{close[0]}`?" if close else "Remove it, or check where it belongs."
