"""Archives hold what was deleted, and nobody's words, names or addresses."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from bot.housekeeping.archive import Archive, read, sound_length
from bot.housekeeping.keeping import Kind
from bot.model import AuditEntry, CaseEntry, EntryKind, InboxMessage, MemberEvent, OutboxMessage
from tests.support.cast import NUMBERS
from tests.unit.housekeeping.past import Past
from tests.unit.housekeeping.test_tidy import THREE, TWO

DAY = date(2026, 11, 24)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Not there yet."""
    return tmp_path / "archive"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rows_of(folder: Path) -> list[tuple[str, int]]:
    return [(row["table"], row["row"]["id"]) for path in sorted(folder.iterdir()) for row in read(path)]


def test_what_is_deleted_is_in_the_file_of_its_class_and_day(past: Past, folder: Path) -> None:
    heard, said = past.heard(TWO), past.said(TWO)
    past.run(folder)
    assert files(folder) == ["messages-2026-11-24.jsonl.gz"]
    assert rows_of(folder) == [("outbox_message", said.id), ("inbox_message", heard.id)]
    [sent, _] = read(folder / "messages-2026-11-24.jsonl.gz")
    assert sent["row"]["provider_id"] == said.provider_id
    assert sent["row"]["sent_at"] == past.ago(TWO).isoformat()
    assert sent["row"]["member_id"] == past.member_id


def test_any_program_that_reads_gzip_and_json_reads_an_archive(past: Past, folder: Path) -> None:
    past.said(TWO)
    past.run(folder)
    [line] = gzip.decompress((folder / "messages-2026-11-24.jsonl.gz").read_bytes()).splitlines()
    assert json.loads(line)["table"] == "outbox_message"


def test_no_words_no_names_and_no_addresses_are_archived(past: Past, folder: Path) -> None:
    number = NUMBERS["Ana"]
    past.heard(TWO)
    past.said(TWO, error=f"can't reach {number}")
    past.asked(TWO)
    case = past.case(THREE, outcome="She paid her dues")
    past.add(CaseEntry(hand_off_id=case.id, kind=EntryKind.NOTE, author="Maria", text="A note", at=past.ago(THREE)))
    for subject in (f"sms:{number}", "telegram:424242", "email:ana@example.org", "case:7"):
        past.add(
            AuditEntry(
                at=past.ago(THREE), actor="bot", action="point.used", subject=subject, reason=f"because of {number}",
                member_id=past.member_id, details={"before": "A note"},
            )
        )  # fmt: skip
    past.add(
        MemberEvent(
            dedupe="crm:ana@example.org", member_id=past.member_id, named="email:ana@example.org", name="signed_in",
            properties={"page": "Ana Souza"}, source="api:crm", at=past.ago(TWO), received_at=past.ago(TWO),
            outcome="recorded",
        )
    )  # fmt: skip
    past.run(folder)
    names = [f"{kind}-2026-11-24.jsonl.gz" for kind in ("audit", "cases", "check_ins", "events", "messages")]
    assert files(folder) == names
    text = "".join(gzip.decompress((folder / name).read_bytes()).decode() for name in names)
    for private in (number, "424242", "ana@", "Ana", "Souza", "Maria", "A note", "paid", "unwell", "Get well", "dues"):
        assert private not in text, private
    assert '"subject":"case:7"' in text


def test_nothing_is_deleted_that_could_not_be_archived(past: Past, folder: Path) -> None:
    heard, said = past.heard(TWO), past.said(TWO)
    folder.write_text("no folder")
    with pytest.raises(OSError, match="archive"):
        past.run(folder)
    assert past.left(heard)
    assert past.left(said)


def test_a_deletion_that_failed_archives_its_rows_once_more(past: Past, folder: Path) -> None:
    said = past.said(TWO)
    Archive(folder, DAY).append(Kind.MESSAGES, [{"table": "outbox_message", "row": {"id": said.id}}])
    past.run(folder)
    assert rows_of(folder) == [("outbox_message", said.id)] * 2
    assert not past.left(said)


def test_without_a_folder_rows_are_deleted_all_the_same(past: Past) -> None:
    said = past.said(TWO)
    past.run()
    assert not past.left(said)


def test_what_is_emptied_is_not_archived(past: Past, folder: Path) -> None:
    past.heard(370)
    past.said(370)
    past.run(folder)
    assert not folder.exists()
    assert [row.text for row in past.house.rows(InboxMessage)] == [""]
    assert past.house.rows(OutboxMessage)[0].body == {"kind": "words", "emptied": True}


@pytest.fixture
def torn(tmp_path: Path) -> Path:
    """The file of a day on which somebody died while writing the second batch."""
    Archive(tmp_path, DAY).append(Kind.AUDIT, [{"id": 1}, {"id": 2}])
    path = tmp_path / "audit-2026-11-24.jsonl.gz"
    whole = path.read_bytes()
    path.write_bytes(whole + gzip.compress(b'{"id": 3}\n' * 50)[:-12])
    assert sound_length(path) == len(whole)
    return path


def test_a_batch_that_was_never_finished_is_left_out(torn: Path) -> None:
    assert [row["id"] for row in read(torn)] == [1, 2]


def test_the_next_batch_takes_the_place_of_one_that_was_never_finished(torn: Path) -> None:
    Archive(torn.parent, DAY).append(Kind.AUDIT, [{"id": 3}])
    assert [row["id"] for row in read(torn)] == [1, 2, 3]
    assert len(gzip.decompress(torn.read_bytes()).splitlines()) == 3


def test_many_batches_are_read_in_their_order(tmp_path: Path) -> None:
    archive = Archive(tmp_path, DAY)
    for number in range(50):
        archive.append(Kind.AUDIT, [{"id": number}])
    assert [row["id"] for row in read(archive.path(Kind.AUDIT))] == list(range(50))


def test_only_its_owner_may_read_an_archive(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", DAY)
    archive.append(Kind.AUDIT, [{"id": 1}])
    assert (tmp_path / "archive").stat().st_mode & 0o077 == 0
    assert archive.path(Kind.AUDIT).stat().st_mode & 0o077 == 0
