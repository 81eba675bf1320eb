"""Who acts on which member: the member is held until it is written, and the audit log names the colleague."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.clock import Times
from bot.errors import NotFound, Refused
from bot.model import Member, MemberStatus, Staff


@dataclass(frozen=True)
class Hand:
    """Somebody who acts, and when. `actor` is what the audit log says (``console:maria@example.org``).

    `staff_id` is None for another system, which can do all that needs no colleague.
    """

    actor: str
    times: Times
    staff_id: int | None = None

    def staff(self, session: Session) -> Staff:
        """The colleague.

        Raises:
            Refused: it is no colleague who acts.
        """
        person = session.get(Staff, self.staff_id) if self.staff_id is not None else None
        if person is None:
            raise Refused("Only a colleague can do that.")
        return person


def locked(session: Session, member_id: int) -> Member:
    """The member, held until the transaction ends.

    Raises:
        NotFound: there is none.
        Refused: the record is part of another one.
    """
    member = session.get(Member, member_id, with_for_update=True, populate_existing=True)
    if member is None:
        raise NotFound(f"member {member_id}")
    if member.status is MemberStatus.MERGED:
        raise Refused("This record is part of another one now. Undo the merge first, or go to the other record.")
    return member
