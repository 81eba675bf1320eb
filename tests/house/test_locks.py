"""The locks say the same as the projects they are made from."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.sources import ROOT, report


def locked(name: str) -> dict[str, str]:
    """Canonical name and version of each package of a lock; several versions of one name are joined."""
    found: dict[str, str] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", line):
            found[canonicalize_name(match[1])] = match[2]
    return found


def project(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


def direct(source: str) -> list[str]:
    if source == "requirements/uv.in":
        return (ROOT / source).read_text(encoding="utf-8").split()
    if source == "group dev":
        return list(project("pyproject.toml")["dependency-groups"]["dev"])
    return list(project(source)["project"]["dependencies"])


@pytest.mark.parametrize(
    ("source", "lock"),
    [
        ("pyproject.toml", "requirements/app.txt"),
        ("pyproject.toml", "requirements/dev.txt"),
        ("group dev", "requirements/dev.txt"),
        ("requirements/uv.in", "requirements/uv.txt"),
        ("engine/pyproject.toml", "engine/requirements.txt"),
    ],
)
def test_each_direct_dependency_is_locked_at_a_version_that_it_allows(source: str, lock: str) -> None:
    versions = locked(lock)
    wanted = [Requirement(text) for text in direct(source)]
    offences = [
        f"{need} (locked: {have or 'nothing'})"
        for need in wanted
        for have in [versions.get(canonicalize_name(need.name), "")]
        if not have or not need.specifier.contains(have, prereleases=True)
    ]
    assert wanted
    assert not offences, report(f"{lock} does not fit {source}; run `make lock`:", offences)


def test_the_lock_for_development_holds_the_application_exactly_as_it_is_deployed() -> None:
    development = locked("requirements/dev.txt")
    offences = [f"{k}=={v}" for k, v in locked("requirements/app.txt").items() if development.get(k) != v]
    assert not offences, report("These differ in requirements/dev.txt; run `make lock`:", offences)
