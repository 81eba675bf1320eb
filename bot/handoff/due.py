"""The scheduler's look at cases: who is to get one, whose claim is over, and whom to remind. It costs what is due."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot import audit, metrics
from bot.clock import Clock, Times
from bot.db import Database
from bot.handoff import cases, clocks, desk, routing
from bot.handoff.reminders import Means, Scene, remind
from bot.model import EntryKind, HandOff, HandOffState
from bot.programme.models import Programme

log = logging.getLogger(__name__)

BATCH = 20
AFTER_A_FAULT = timedelta(hours=1)
# Built once: building a statement costs more than running it.
_DUE = (
    sa.select(HandOff)
    .where(HandOff.look_at <= sa.bindparam("now", type_=HandOff.look_at.type))
    .order_by(HandOff.look_at, HandOff.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)


def look_at_due(db: Database, programme: Programme, means: Means, clock: Clock, *, batches: int = 200) -> int:
    """Looks at every case whose time has come; returns how many.

    Several may run at once: each takes cases that no other has, and waits for nobody.
    """
    looked = 0
    for _ in range(batches):
        count = _batch(db, programme, means, clock)
        looked += count
        if count < BATCH:
            break
    return looked


def _batch(db: Database, programme: Programme, means: Means, clock: Clock) -> int:
    try:
        with db.begin() as session:
            scene = Scene(session, programme, means, Times(clock.now(), clock.wall()))
            found = session.scalars(_DUE, {"now": scene.times.now, "most": BATCH}).all()
            for case in found:
                look(scene, case)
            return len(found)
    except Exception:
        log.exception("a batch of cases is taken one by one")
    return sum(_alone(db, programme, means, clock, case_id) for case_id in _ids(db, clock.now()))


def _alone(db: Database, programme: Programme, means: Means, clock: Clock, case_id: int) -> int:
    """One case in a transaction of its own; one that can't be handled is set back, and holds up no other."""
    try:
        with db.begin() as session:
            scene = Scene(session, programme, means, Times(clock.now(), clock.wall()))
            only = session.scalars(_DUE.where(HandOff.id == case_id), {"now": scene.times.now, "most": 1}).all()
            for case in only:
                look(scene, case)
            return len(only)
    except Exception as error:
        log.exception("case set back", extra={"case": case_id})
        with db.begin() as session:
            case = session.get_one(HandOff, case_id)
            case.look_at = clock.now() + AFTER_A_FAULT
            metrics.hand_offs.labels("fault", case.reason).inc()
            audit.write(session, clock.now(), "bot", "hand_off.fault", member_id=case.member_id,
                        subject=f"case:{case_id}", reason=f"{type(error).__name__}: {error}"[:300])  # fmt: skip
        return 1


def _ids(db: Database, now: datetime) -> Sequence[int]:
    with db.begin() as session:
        due = sa.select(HandOff.id).where(HandOff.look_at <= now).order_by(HandOff.look_at).limit(BATCH)
        return session.scalars(due).all()


def look(scene: Scene, case: HandOff) -> None:
    """Does what is due for a case, brings its card up to date once if anything is, and says when to look again."""
    inbox, now = scene.programme.inbox, scene.times.now
    if case.state is not HandOffState.RESOLVED and not clocks.is_snoozed(case, now):
        done = [_wakes(case, now), _expire(scene, case), _give(scene, case), _late(scene, case)]
        if any(done):
            desk.show(scene.session, case, now=now, wall=scene.times.wall)
    case.look_at = clocks.next_look(case, inbox, now)


def _wakes(case: HandOff, now: datetime) -> bool:
    """Whether this is the look at the end of a snooze, which the card shows."""
    return case.snoozed_until is not None and case.look_at == case.snoozed_until <= now


def _expire(scene: Scene, case: HandOff) -> bool:
    """The member has waited too long for whoever claimed the case: it is open again."""
    ends, person = clocks.claim_ends(case, scene.programme.inbox), case.assignee
    if ends is None or ends > scene.times.now or person is None:
        return False
    said = f"{person.name} has been silent while the member waits: the case is open again."
    case.state, case.assignee, case.claimed_at = HandOffState.OPEN, None, None
    clocks.expired(case, scene.times.now)
    _expired(scene, case, said, person.slack_user)
    _give(scene, case, but=[person.id])
    return True


def _give(scene: Scene, case: HandOff, but: Collection[int] = ()) -> bool:
    """Somebody who is there gets a case that nobody has. `but` are ids of colleagues who are passed over."""
    if case.state is not HandOffState.OPEN or case.assignee is not None:
        return False
    case.assignee = routing.choose(scene.session, scene.programme.inbox, case, scene.times.now, but)
    if case.assignee is not None:
        cases.given(scene.session, case, case.assignee, now=scene.times.now, wall=scene.times.wall)
    return case.assignee is not None


def _late(scene: Scene, case: HandOff) -> bool:
    """A target was missed: the card says so, and the next on the ladder is reminded."""
    inbox, now = scene.programme.inbox, scene.times.now
    missed = clocks.deadlines(case, inbox).missed_since(now)
    due = clocks.next_reminder(case, inbox)
    if due is not None and due <= now:
        remind(scene, case)
        return True
    return missed is not None and missed == case.look_at


def _expired(scene: Scene, case: HandOff, said: str, mention: str | None) -> None:
    session, times = scene.session, scene.times
    cases.add_entry(session, case, EntryKind.EVENT, "bot", said, times.now)
    audit.write(session, times.now, "bot", "hand_off.expired", member_id=case.member_id, subject=f"case:{case.id}")
    metrics.hand_offs.labels("expired", case.reason).inc()
    desk.tell(session, case, "event", f"expired:{times.now:%Y%m%dT%H%M%S}", now=times.now, wall=times.wall, text=said,
              mention=mention)  # fmt: skip
