"""Acts that a press in the console asks for: each is done once, however often the press arrives."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.handoff.act import Act
from bot.lanes.put import insert_once
from bot.model import InboxMessage, InboxState

CHANNEL = "console"


def once(session: Session, act: Act, what: str, perform: Callable[[Session, Act], object]) -> bool:
    """Does it unless it was done under this `act.dedupe` before; says whether it did.

    The row that remembers it is written first: of two presses at the same time the second waits here for the first, and
    a refusal takes the row back with everything else.
    """
    row = insert_once(
        session, InboxMessage, "dedupe", lane=f"console:{act.staff.id}", dedupe=act.dedupe, state=InboxState.DONE,
        channel=CHANNEL, address=act.staff.email, text="", body={"case": act.case_id, "act": what},
        received_at=act.now, handled_at=act.now, outcome=what,
    )  # fmt: skip
    if row is None:
        return False
    perform(session, act)
    return True
