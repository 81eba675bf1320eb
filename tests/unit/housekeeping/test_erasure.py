"""Who asks to be forgotten is, in what housekeeping leaves too."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from bot.housekeeping.archive import read
from bot.members import erase
from bot.members.hand import Hand
from bot.model import Base, ConsentEvent, InboxMessage, Member, OutboxMessage
from tests.support.cast import NUMBERS
from tests.unit.housekeeping.past import Past


def forget(past: Past, member_id: int) -> None:
    """Erases the member as staff do."""
    hand = Hand("console:maria@example.org", past.house.times())
    with past.house.db.begin() as session:
        erase.erase(session, member_id, hand, erase.preview(session, member_id).confirmation)


def everything(past: Past) -> str:
    """All that is in the tables, but for the ledger of consent, which is kept, and lanes, which go by themselves."""
    with past.house.db.begin() as session:
        rows = [
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            if table.name not in (ConsentEvent.__tablename__, "lane")
            for row in session.execute(sa.select(table))
        ]
    return "\n".join(rows)


def test_who_was_erased_is_found_nowhere_but_in_the_ledger_of_consent(past: Past, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    past.house.settle()
    past.house.says("My secret is that I am unwell")
    past.house.settle()
    past.said(800)
    past.run(folder)
    member = past.house.member()
    assert NUMBERS["Ana"] in everything(past)
    forget(past, member.id)
    left = everything(past)
    for private in (NUMBERS["Ana"], "secret", "Ana"):
        assert private not in left, private
    assert past.house.rows(Member) == []
    assert past.house.rows(InboxMessage)
    assert past.house.rows(OutboxMessage)
    archived = [str(row) for path in folder.iterdir() for row in read(path)]
    assert archived
    assert not any(NUMBERS["Ana"] in row or "Ana" in row for row in archived)


def test_a_run_over_what_is_left_of_somebody_changes_nothing_more(past: Past) -> None:
    past.heard(400)
    forget(past, past.member_id)
    assert past.run().total == 0
