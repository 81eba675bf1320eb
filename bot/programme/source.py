"""YAML read as plain data, with the line of every value kept.

Of YAML's own guesses only true, false, null and numbers are made: ``20:00``, ``yes``, ``no`` and dates stay words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]
MOST = 100_000
"""So many values are read from one file at most."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one place of the content, and what to do. Lines count from 1."""

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}. {self.remedy}"


@dataclass(frozen=True)
class Source:
    """One file's data, and where each value stands: the line of its key, or of its item in a list."""

    file: str
    data: Any
    lines: Mapping[Path, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest value around it that exists."""
        return self.lines.get(path) or (self.line(path[:-1]) if path else 1)


class _Plain(yaml.SafeLoader):
    """Knows no dates, no base-60 numbers and no ``yes``/``no``/``on``/``off``."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own attribute


_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), list("tf"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"~|null|"), ["~", "n", ""])
_Plain.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(0|[1-9]\d*)"), list("-0123456789"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"-?\d+\.\d+"), list("-0123456789"))
for _first, _resolvers in _Plain.yaml_implicit_resolvers.items():
    _Plain.yaml_implicit_resolvers[_first] = [(tag, re.compile(rf"(?:{at.pattern})\Z")) for tag, at in _resolvers]


def read_source(file: str, text: str) -> Source:
    """Reads one YAML document; what can't be read becomes a problem, and the data None."""
    control = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        return _unreadable(file, line, "a character that YAML does not allow", "Remove it, or type it again.")
    reader = _Plain(text)
    try:
        return _walked(file, reader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        remedy = "Check the indentation, the colons and the quotes here and on the line before."
        return _unreadable(file, mark.line + 1 if mark else 1, getattr(error, "problem", None) or str(error), remedy)
    except RecursionError:
        return _unreadable(file, 1, "it is nested too deeply", "Look for brackets that are not closed.")
    finally:
        reader.dispose()


def _unreadable(file: str, line: int, what: str, remedy: str) -> Source:
    return Source(file, None, {}, [Problem(file, line, f"this is not readable YAML: {what}", remedy)])


def _walked(file: str, reader: _Plain) -> Source:
    node = reader.get_single_node()
    walk = _Walk(file, reader)
    return Source(file, None if node is None else walk.value(node, ()), walk.lines, walk.problems)


class _Walk:
    """Turns nodes into data, noting lines and refusing keys that stand twice."""

    def __init__(self, file: str, reader: _Plain) -> None:
        self.file, self.reader = file, reader
        self.problems: list[Problem] = []
        self.lines: dict[Path, int] = {}
        self.around: list[yaml.Node] = []

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if len(self.lines) > MOST:  # aliases of aliases would become more than a machine can hold
            raise yaml.MarkedYAMLError(problem=f"it holds more than {MOST} values", problem_mark=node.start_mark)
        if node in self.around:
            raise yaml.MarkedYAMLError(problem="an alias contains itself", problem_mark=node.start_mark)
        self.around.append(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                return [self.value(item, (*path, at)) for at, item in enumerate(node.value)]
            return self.reader.construct_object(node)
        finally:
            self.around.pop()

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in found:
                first = self.lines[(*path, key)]
                remedy = "Keep one of the two, or give this one another name."
                self.problems.append(Problem(self.file, line, f'"{key}" is there already, on line {first}', remedy))
                continue
            self.lines[(*path, key)] = line
            found[key] = self.value(value_node, (*path, key))
        return found
