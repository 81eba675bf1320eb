"""Which tables hold something of members, and how it is reached: nothing is exported or erased by a list of its own.

A table that is reached by no way, and is not named here, fails a test.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from bot.model import Base

MEMBER = "member"
NOT_PERSONAL: Mapping[str, str] = {
    "account": "employers, of which several people are members",
    "api_key": "keys of other systems",
    "bookmark": "how far passes over the tables came",
    "console_session": "colleagues who are signed in",
    "journey_version": "the content as it was",
    "measure_part": "figures, counted of many members",
    "pause": "what is held back on purpose",
    "rate": "the pace of providers",
    "self_assessment_answer": "answers of colleagues about the organisation",
    "sign_in_link": "links that sign colleagues in",
    "staff": "colleagues",
}
"""Tables in which there is nothing about a member, and what is in them instead."""
BY_MESSAGE: Mapping[str, tuple[str, str]] = {
    "receipt": ("outbox_id", "outbox_message"),
    "turn_action": ("inbox_id", "inbox_message"),
}
"""Tables that belong to a member's messages."""
BY_ADDRESS: Mapping[str, str] = {"lane": "the queues of a member's messages, by the member's id or addresses"}
"""Tables that name members in no column of their own."""
STAYING = ("audit_entry", "consent_event", "inbox_message", "outbox_message")
"""Rows that stay when a member is erased, without whatever tells who it was."""


def table(name: str) -> sa.Table:
    return Base.metadata.tables[name]


def owned() -> dict[str, tuple[str, str]]:
    """Tables whose rows belong to a member, or to a row that does: the column, and the table that it refers to.

    In an order in which each comes after the one that it refers to.
    """
    found: dict[str, tuple[str, str]] = {}
    for one in Base.metadata.sorted_tables:
        keys = [(key.parent.name, key.column.table.name) for key in one.foreign_keys]
        direct = sorted(key for key in keys if key[1] == MEMBER and one.name != MEMBER)
        indirect = sorted(key for key in keys if key[1] in found and key[1] not in STAYING)
        if direct:
            # "member_id" before "other_id": whose the row is now
            found[one.name] = direct[0]
        elif one.name in BY_MESSAGE:
            found[one.name] = BY_MESSAGE[one.name]
        elif indirect:
            found[one.name] = indirect[0]
    return found


def references(name: str) -> tuple[str, ...]:
    """The columns of a table that refer to a member."""
    keys = (key.parent.name for key in table(name).foreign_keys if key.column.table.name == MEMBER)
    return tuple(sorted(keys))


def of_members(name: str, ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Whether a row of an owned table is of one of these members."""
    own, direct = table(name), references(name)
    if direct:
        return sa.or_(*(own.c[column].in_(ids) for column in direct))
    column, other = owned()[name]
    referred = table(other)
    return own.c[column].in_(sa.select(referred.c.id).where(of_members(other, ids)))
