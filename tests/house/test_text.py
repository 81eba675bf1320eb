"""What no committed file may contain."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import ROOT, files, report, text_files

# Each pattern has a letter in brackets, so that this file passes its own tests.
LEFT_FOR_LATER = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X)\b")
LOCAL_PATHS = re.compile(r"/w[o]rk/|\.l[i]brary|/r[o]ot/|/h[o]me/\w+/|/U[s]ers/\w+/|/t[m]p/")
INDEX_HOST = re.compile(r"\w+://\S*/simple\b|index-url[=\s]+\w+://|find-links[=\s]+\S*[/:]", re.IGNORECASE)
SECRET = re.compile(r"\bxox[abps]-\d{6,}-|\bAC[0-9a-f]{32}\b.{0,40}\b[0-9a-f]{32}\b|-----BEGIN [A-Z ]*PRIVATE KEY")
LOCKS = ("requirements/app.txt", "requirements/dev.txt", "requirements/uv.txt", "engine/requirements.txt")


def places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {found.group()}"
        for name, text in text_files()
        for number, line in enumerate(text.splitlines(), start=1)
        for found in [pattern.search(line)]
        if found
    ]


def test_nothing_is_left_for_later_in_a_comment() -> None:
    offences = places(LEFT_FOR_LATER)
    assert not offences, report("Finish these, or file an issue:", offences)


def test_no_file_names_a_folder_of_one_machine() -> None:
    offences = places(LOCAL_PATHS)
    assert not offences, report("These paths exist on one machine only:", offences)


def test_no_file_names_the_host_of_a_package_index() -> None:
    offences = places(INDEX_HOST)
    assert not offences, report("Where packages come from is the business of each site's own configuration:", offences)


def test_no_file_holds_a_secret() -> None:
    offences = places(SECRET)
    assert not offences, report("These look like real credentials:", offences)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_hashes_everything(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text, f"{lock} names an address; write it with `make lock`"
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    unhashed = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not unhashed, report(f"{lock} does not say what these must contain:", unhashed)


def test_no_model_and_no_database_is_committed() -> None:
    forbidden = (".tar.gz", ".onnx", ".safetensors", ".pkl", ".db", ".sqlite", ".sqlite3", ".log", ".pyc", ".env")
    offences = [name for name in files() if name.endswith(forbidden)]
    assert not offences, report("These are made, not written:", offences)
