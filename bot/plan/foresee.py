"""Climbing ladders in a world that is a copy: the decisions of `bot.outreach.climb`, told instead of carried out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from bot.model import CheckIn, CheckInKind, CheckInState, TouchState
from bot.outreach import bundle
from bot.outreach.climb import freeze
from bot.outreach.endings import after_silence
from bot.outreach.policy import Cancel, Hold, Reason, Send, Skip, decide
from bot.outreach.reach import Point
from bot.plan import journeys, surveys, tell
from bot.plan.model import Coming, Held, Kind, Skipped
from bot.plan.tell import Notes
from bot.plan.wording import reason_words
from bot.plan.world import World
from bot.programme.models import HandOffRule, Rung, Variant
from bot.progress import dates

LOOKS = 1000
"""The most looks at what is due: whatever the content says, there is an end."""


@dataclass
class Foresight:
    """Moves a world on and tells what happens."""

    world: World
    coming: list[Coming] = field(default_factory=list)
    notes: defaultdict[int, Notes] = field(default_factory=lambda: defaultdict(Notes))
    waits: list[Coming] = field(default_factory=list)
    """What waits for colleagues: nobody knows how long."""

    def look_ahead(self, until: datetime, most: int) -> bool:
        """Tells what happens until then; whether there was more to tell than `most`."""
        world = self.world
        self._recall()
        for _ in range(LOOKS):
            at = world.next_at()
            if at is None or at > until:
                break
            if len(self.coming) >= most:
                return True
            world.move_to(max(at, world.now))
            journeys.pass_time(world)
            surveys.pass_time(world)
            for check_in in world.due():
                if world.is_due(check_in):  # still, after those before it
                    self._climb(check_in)
        self._tell_held()
        self.coming += self.waits
        return False

    def _recall(self) -> None:
        """What holds a check-in now, as it was decided when it was looked at."""
        for number, touch in self.world.held.items():
            if touch.reason is not None and touch.rung == self.world.check_ins[number].rung:
                self._hold(self.world.check_ins[number], touch.reason, touch.held_until)

    def _climb(self, check_in: CheckIn) -> None:
        world, known = self.world, self.world.known
        if check_in.expires_at is not None and world.now >= check_in.expires_at:
            self._end(check_in, f"Its time is over{_passed_over(check_in)}.")
            return
        if check_in.kind is CheckInKind.SURVEY and check_in.step not in world.programme.surveys:
            self._cancel(check_in, Reason.NO_LONGER_OPEN)
            return
        ladder = freeze(known, check_in, world.now)
        while check_in.rung < len(ladder.rungs):
            rung = ladder.rungs[check_in.rung]
            point = known.best(rung.modality)
            match decide(known.facts(check_in, point, rung), world.now):
                case Skip(reason=reason):
                    self._skip(check_in, rung, reason)
                    continue
                case Hold() as hold:
                    self._wait(check_in, ladder, hold)
                case Cancel(reason=reason):
                    self._cancel(check_in, reason)
                case Send() if point is not None:
                    self._send(check_in, ladder, point)
            return
        self._after_last_rung(check_in, ladder)

    def _send(self, check_in: CheckIn, ladder: Variant, point: Point) -> None:
        world, known, rung = self.world, self.world.known, ladder.rungs[check_in.rung]
        partner = bundle.partner_among(known, check_in, rung, world.live(), world.now)
        self.coming.append(tell.message(world, check_in, ladder, point, self._noted(check_in), world.now, partner))
        world.touch(check_in, TouchState.SENT)
        known.planned(check_in)
        check_in.rung += 1
        if check_in.kind is CheckInKind.CELEBRATION:
            world.close(check_in, CheckInState.EXPIRED)
            return
        world.reach.spoken.append(point.channel)
        later = dates.best_of(world.programme, known.member, known.conversation, world.now + rung.wait)
        if rung.modality == "voice":
            later = world.now  # a call that nobody takes lets the ladder go on at once
        else:
            world.put.add(check_in.id)
        check_in.next_touch_at = dates.before_end(later, check_in.expires_at)
        if partner is not None:
            partner.bundled_with_id = check_in.id
            partner.next_touch_at = world.now + freeze(known, partner, world.now).rungs[0].wait

    def _skip(self, check_in: CheckIn, rung: Rung, reason: Reason) -> None:
        self.world.touch(check_in, TouchState.SKIPPED, reason)
        told = reason_words(reason, self.world.member.first_name)
        self.notes[check_in.id].skips.append(Skipped(check_in.rung + 1, rung.modality, reason, told))
        check_in.rung += 1

    def _wait(self, check_in: CheckIn, ladder: Variant, hold: Hold) -> None:
        world = self.world
        world.touch(check_in, TouchState.HELD, hold.reason)
        by_people = hold.reason is Reason.OPEN_CASE
        self._hold(check_in, hold.reason, None if by_people else hold.until)
        check_in.next_touch_at = None if by_people else dates.before_end(hold.until, check_in.expires_at)
        if by_people:
            rung = ladder.rungs[check_in.rung]
            point = world.known.best(rung.modality)
            self.waits.append(tell.message(world, check_in, ladder, point, self._noted(check_in), None))

    def _hold(self, check_in: CheckIn, reason: str, until: datetime | None) -> None:
        """One line for a hold that is prolonged."""
        holds = self.notes[check_in.id].holds
        if holds and holds[-1].reason == reason:
            holds.pop()
        told = reason_words(reason, self.world.member.first_name, tell.asked_first(self.world, check_in))
        holds.append(Held(reason, told, until))

    def _after_last_rung(self, check_in: CheckIn, ladder: Variant) -> None:
        if check_in.kind is CheckInKind.CELEBRATION:
            self._tell(check_in, Kind.END, "No rung of the ladder reaches the member, so nothing is said.")
            self.world.close(check_in, CheckInState.EXPIRED)
            return
        match after_silence(self.world.known, check_in, ladder, self.world.now):
            case Cancel(reason=reason):
                self._cancel(check_in, reason)
            case Hold() as hold:
                self._hold(check_in, hold.reason, hold.until)
                check_in.next_touch_at = hold.until
            case None:
                self._give_up(check_in, ladder.then)

    def _give_up(self, check_in: CheckIn, then: HandOffRule | None) -> None:
        silent = any(touch.sent_at is not None for touch in check_in.touches)
        found = "No answer after the last rung" if silent else "No rung of the ladder reaches the member"
        if then is None:
            self._end(check_in, f"{found}; it ends quietly{_passed_over(check_in)}.")
            return
        why = f"{found}: a case of {then.priority} priority for {then.team.replace('_', ' ')}."
        self._tell(check_in, Kind.CASE, why, then.team)
        self.world.close(check_in, CheckInState.HANDED_OFF)
        self.world.known.has_open_case = True

    def _cancel(self, check_in: CheckIn, reason: Reason) -> None:
        self._tell(check_in, Kind.END, f"It is cancelled. {reason_words(reason, self.world.member.first_name)}")
        self.world.close(check_in, CheckInState.CANCELLED)
        if reason is Reason.CLASS_DECLINED:
            journeys.pass_over(self.world, check_in)

    def _end(self, check_in: CheckIn, why: str) -> None:
        self._tell(check_in, Kind.END, why)
        self.world.close(check_in, CheckInState.EXPIRED)
        self.world.wake_waiting()
        journeys.pass_over(self.world, check_in)

    def _tell_held(self) -> None:
        """What is held back beyond the time that was looked at."""
        world = self.world
        late = [one for one in world.live() if one.next_touch_at is not None and self.notes[one.id].holds]
        for check_in in sorted(late, key=lambda one: (one.next_touch_at, one.id)):
            ladder = freeze(world.known, check_in, world.now)
            if check_in.rung < len(ladder.rungs):
                modality, at = ladder.rungs[check_in.rung].modality, check_in.next_touch_at
                point = world.known.best(modality)
                self.coming.append(tell.message(world, check_in, ladder, point, self._noted(check_in), at))

    def _tell(self, check_in: CheckIn, kind: Kind, why: str, team: str | None = None) -> None:
        self.coming.append(tell.ending(self.world, check_in, kind, why, self._noted(check_in), team))

    def _noted(self, check_in: CheckIn) -> Notes:
        return self.notes.pop(check_in.id, Notes())


def _passed_over(check_in: CheckIn) -> str:
    return "; the step is passed over" if check_in.kind is CheckInKind.STEP else ""
