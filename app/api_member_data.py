"""The programming interface, about all that is held about one member: taking it out, and erasing it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from app.api_keys import Wired
from app.api_members import Opened
from bot.clock import Times
from bot.members import erase, export
from bot.members.hand import Hand

Confirm = Annotated[str, Query(description="The member number once more, or the name of somebody who has none.")]
router = APIRouter(prefix="/api/v1/members/{member_id}", tags=["members"])


class ErasedBody(BaseModel):
    """How many rows went, or were emptied, by table; and the dialogue that is to be deleted in the engine."""

    deleted: dict[str, int]
    emptied: dict[str, int]
    conversation_id: str


@router.get("/export")
def export_member(open_: Opened, application: Wired) -> dict[str, Any]:
    """All that is held about the member, by table (GDPR, articles 15 and 20). The audit log says that it was taken."""
    with open_() as at:
        hand = Hand(at.source, Times(at.now, application.clock.wall()))
        return export.export(at.session, at.programme, at.member.id, hand).data


@router.delete("")
def erase_member(open_: Opened, application: Wired, confirm: Confirm) -> ErasedBody:
    """Forgets the member for good (GDPR, article 17). 409 while a message to them is being sent: try again."""
    with open_() as at:
        hand = Hand(at.source, Times(at.now, application.clock.wall()))
        done = erase.erase(at.session, at.member.id, hand, confirm)
        return ErasedBody(deleted=done.deleted, emptied=done.emptied, conversation_id=done.conversation_id)
