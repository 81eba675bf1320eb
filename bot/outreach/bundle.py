"""Two questions in one message, where the content says that they may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bot.model import CheckIn, CheckInKind
from bot.outreach.facts import Known
from bot.outreach.reach import WRITTEN
from bot.programme import navigate
from bot.programme.models import Rung, Variant

WITHIN = timedelta(days=1)


def partner_of(known: Known, check_in: CheckIn, rung: Rung, now: datetime) -> CheckIn | None:
    """Another question of this member that may be asked in the same message."""
    return partner_among(known, check_in, rung, _live(known), now)


def partner_among(
    known: Known, check_in: CheckIn, rung: Rung, live: Iterable[CheckIn], now: datetime
) -> CheckIn | None:
    """Of the member's live check-ins the first that is due within a day and may be asked in the same message.

    Only in the first message of both, in writing, and of the same class: who declined one gets the other alone.
    """
    if check_in.rung != 0 or rung.modality not in WRITTEN or not _may_share(known, check_in):
        return None
    fitting = [
        other
        for other in live
        if other.id != check_in.id
        and other.message_class == check_in.message_class
        and other.rung == 0
        and other.bundled_with_id is None
        and other.next_touch_at is not None
        and other.next_touch_at <= now + WITHIN
        and _may_share(known, other)
    ]
    return min(fitting, key=lambda other: (other.next_touch_at, other.id), default=None)


def join(known: Known, check_in: CheckIn, partner: CheckIn, ladder: Variant, now: datetime) -> None:
    """The partner's question is asked now too. If it stays unanswered it climbs its own ladder, after its own wait."""
    partner.bundled_with_id = check_in.id
    partner.next_touch_at = now + ladder.rungs[0].wait
    known.batch.tell(now, "check_in.bundled", member_id=partner.member_id, subject=f"check_in:{partner.id}",
                     reason=f"with check_in:{check_in.id}")  # fmt: skip


def _may_share(known: Known, check_in: CheckIn) -> bool:
    """Whether the content says that this question may be asked together with another."""
    if check_in.run_id is None or check_in.kind is not CheckInKind.STEP:
        return False
    return navigate.step_of(known.journey(check_in.run_id), check_in.step).bundle


def _live(known: Known) -> Iterator[CheckIn]:
    """Read only when they are looked at: most questions are asked alone."""
    yield from known.batch.live(known.member.id)
