"""The repository as the house rules see it: its files, and its Python modules parsed."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT_SUFFIXES = {".cfg", ".css", ".csv", ".html", ".ini", ".js", ".json", ".mako", ".md", ".py", ".sh", ".toml", ".txt"}
TEXT_SUFFIXES |= {".in", ".yaml", ".yml", ""}


@dataclass(frozen=True)
class Module:
    """A Python file of ours: its path from the root, with slashes, and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """The top folder, such as ``bot``."""
        return self.path.split("/", 1)[0]

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.split("/")

    @property
    def is_migration(self) -> bool:
        return self.path.startswith("migrations/versions/")

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of all that is imported, anywhere in the file; ``from a import b`` gives ``a.b``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        folder = self.path.split("/")[: -node.level]
        return ".".join([*folder, *([node.module] if node.module else [])])


@cache
def files() -> tuple[str, ...]:
    """Every file that is committed or would be by ``git add``, from the root, with slashes."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30).stdout
    return tuple(sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


@cache
def modules() -> tuple[Module, ...]:
    return tuple(
        Module(name, text, ast.parse(text, filename=name))
        for name in files()
        if name.endswith(".py")
        for text in [(ROOT / name).read_text(encoding="utf-8")]
    )


def product_modules() -> list[Module]:
    """The modules that are neither tests nor migrations."""
    return [module for module in modules() if not module.is_test and not module.is_migration]


def text_files() -> Iterator[tuple[str, str]]:
    """Path and content of each file of text."""
    for name in files():
        if Path(name).suffix in TEXT_SUFFIXES:
            yield name, (ROOT / name).read_text(encoding="utf-8")


def string_constants(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def report(rule: str, offences: list[str]) -> str:
    """The message of a broken rule: the rule, then each place that breaks it."""
    return "\n  ".join([rule, *offences])
