"""Who leaves first when a provider takes few messages a second: answers, then in order what nobody waits for."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.db import Database
from bot.lanes.drain import Drainer, Park
from bot.members import consent
from bot.model import ContactPoint, Lane, Member, OutboxMessage, OutboxState, Purpose, Rate
from bot.outbox import places, rates
from bot.outbox.enqueue import LANE_KIND, Message, enqueue
from tests.support.fake_channel import FakeChannel
from tests.support.house import House
from tests.support.sandbox_clock import StillClock

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
STEP = SECOND / 4


@dataclass(frozen=True)
class Plan:
    item_id: int


@dataclass
class Post:
    """Sends whatever has a place, and asks no policy."""

    channel: FakeChannel
    clock: StillClock
    kind: str = LANE_KIND
    sent: list[tuple[datetime, OutboxMessage]] = field(default_factory=list)
    looks: Counter[int] = field(default_factory=Counter)

    def head(self, session: Session, lane: str) -> OutboxMessage | None:
        mine = sa.select(OutboxMessage).where(OutboxMessage.lane == lane, OutboxMessage.state == OutboxState.PENDING)
        return session.scalars(mine.order_by(OutboxMessage.id).limit(1)).first()

    def prepare(self, session: Session, item: OutboxMessage, times: Times) -> Plan | Park:
        self.looks[item.id] += 1
        waits = places.wait_for_turn(session, self.channel, item, times)
        waits = waits or places.take_place(session, self.channel, item, times)
        return waits or Plan(item.id)

    def perform(self, plan: Plan) -> None:
        """There is nobody to send it to."""

    def settle(self, session: Session, plan: Plan, result: None, times: Times) -> None:
        item = session.get_one(OutboxMessage, plan.item_id)
        item.state = OutboxState.SENT
        self.sent.append((times.wall, item))

    def settle_late(self, session: Session, plan: Plan, result: None, times: Times) -> None:
        """No lease is lost."""

    def bury(self, session: Session, item_id: int, error: str, times: Times) -> None:
        raise AssertionError(error)


@dataclass
class Sorting:
    """A post office with two workers. `waits` are the seconds that each answer waited."""

    db: Database
    per_second: float
    clock: StillClock = field(default_factory=StillClock)

    def __post_init__(self) -> None:
        self.post = Post(FakeChannel(per_second=self.per_second), self.clock)
        self.workers = [Drainer(self.db, self.post, self.clock, 30 * SECOND) for _ in range(2)]
        self.asked: dict[str, datetime] = {}

    def put(self, who: str, purpose: Purpose, rule: str = "test") -> None:
        message = Message("sms", who, purpose, rule, f"{purpose}:{who}:{len(self.asked)}")
        self.asked[message.dedupe] = self.clock.wall()
        with self.db.begin() as session:
            enqueue(session, message, now=self.clock.now(), wall=self.clock.wall())

    def work(self) -> None:
        while sum(worker.run_one() for worker in self.workers):
            pass

    def pass_time(self, by: timedelta) -> None:
        for _ in range(by // STEP):
            self.work()
            self.clock.pass_real(STEP)

    def sent(self, purpose: Purpose) -> list[str]:
        return [item.address for _, item in self.post.sent if item.purpose is purpose]

    def waits(self, purpose: Purpose) -> list[timedelta]:
        return [at - self.asked[item.dedupe] for at, item in self.post.sent if item.purpose is purpose]

    def fastest(self) -> float:
        """By how many messages more than allowed some stretch of time was ahead; places are looked at each STEP."""
        times = [at for at, _ in self.post.sent]
        return max(
            (later - first + 1)
            - 1
            - self.per_second * ((times[later] - times[first] + STEP + places.PATIENCE) / SECOND)
            for first in range(len(times))
            for later in range(first, len(times))
        )


@pytest.mark.parametrize("seed", range(3))
def test_answers_pass_a_crowd_of_touches_and_together_they_keep_to_the_limit(db: Database, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    sorting = Sorting(db, per_second=chance.choice([1.0, 2.0, 4.0]))
    for n in range(60):
        sorting.put(f"touched{n}", Purpose.TOUCH)
    answers = 0
    while len(sorting.post.sent) < 60 + answers:
        if answers < 10:
            sorting.put(f"answered{answers}", Purpose.REPLY)
            answers += 1
        sorting.pass_time(chance.randint(20, 50) * STEP)
    assert sorting.fastest() <= 0
    interval = SECOND / sorting.per_second
    assert max(sorting.waits(Purpose.REPLY)) <= rates.AHEAD + interval + STEP
    assert sorted(sorting.sent(Purpose.TOUCH)) == sorted(f"touched{n}" for n in range(60))


def test_touches_go_out_in_their_order_while_there_is_room_for_them(db: Database) -> None:
    sorting = Sorting(db, per_second=2.0)
    for n in range(30):
        sorting.put(f"{n}", Purpose.TOUCH)
        sorting.work()
    sorting.pass_time(30 * SECOND)
    assert sorting.sent(Purpose.TOUCH) == [f"{n}" for n in range(30)]


def test_surveys_come_after_the_check_ins_that_are_in_line(db: Database) -> None:
    sorting = Sorting(db, per_second=1.0)
    for n in range(10):
        sorting.put(f"check-in {n}", Purpose.TOUCH)
    sorting.work()
    for n in range(10):
        sorting.put(f"survey {n}", Purpose.TOUCH, "survey:nps:rung 1")
    sorting.work()
    for n in range(10, 20):
        sorting.put(f"check-in {n}", Purpose.TOUCH)
    sorting.pass_time(60 * SECOND)
    sent = [who.split()[0] for who in sorting.sent(Purpose.TOUCH)]
    assert sent == ["check-in"] * 20 + ["survey"] * 10
    assert sorting.fastest() <= 0


def test_a_touch_that_waits_is_looked_at_when_it_comes_and_when_its_turn_has_come(db: Database) -> None:
    sorting = Sorting(db, per_second=1.0)
    for n in range(60):
        sorting.put(f"{n}", Purpose.TOUCH)
    sorting.pass_time(80 * SECOND)
    assert len(sorting.post.sent) == 60
    assert max(sorting.post.looks.values()) <= 3


def test_more_answers_than_there_are_places_put_touches_off_and_forget_none(db: Database) -> None:
    sorting = Sorting(db, per_second=1.0)
    for n in range(20):
        sorting.put(f"touched{n}", Purpose.TOUCH)
        sorting.put(f"answered{n}", Purpose.REPLY)
        sorting.put(f"answered too{n}", Purpose.REPLY)
    sorting.pass_time(38 * SECOND)
    assert sorting.sent(Purpose.TOUCH) == []
    sorting.pass_time(60 * SECOND)
    assert len(sorting.post.sent) == 60
    assert sorting.fastest() <= 0


def test_an_outage_wakes_nobody_twice_and_keeps_to_the_limit_afterwards(db: Database) -> None:
    sorting = Sorting(db, per_second=1.0)
    for n in range(40):
        sorting.put(f"{n}", Purpose.TOUCH)
    sorting.pass_time(5 * SECOND)
    gone = len(sorting.post.sent)
    with db.begin() as session:
        rates.block(session, "sms", sorting.clock.wall() + 30 * SECOND)
    sorting.pass_time(29 * SECOND)
    assert len(sorting.post.sent) == gone
    sorting.pass_time(60 * SECOND)
    assert len(sorting.post.sent) == 40
    assert sorting.fastest() <= 0
    assert max(sorting.post.looks.values()) <= 5


def test_places_that_passed_while_nobody_worked_are_not_made_up_for_in_a_burst(db: Database) -> None:
    sorting = Sorting(db, per_second=1.0)
    for n in range(40):
        sorting.put(f"{n}", Purpose.REPLY)
    sorting.work()
    sorting.clock.pass_real(60 * SECOND)
    begun = sorting.clock.wall()
    sorting.pass_time(10 * SECOND)
    assert len([at for at, _ in sorting.post.sent if at >= begun]) <= 11
    sorting.pass_time(40 * SECOND)
    assert len(sorting.post.sent) == 40


@pytest.fixture
def crowded(house: House) -> House:
    """A touch to Ana that has an hour to wait in the line."""
    house.sms.per_second = 1.0
    with house.db.begin() as session:
        session.add(Rate(provider=rates.name_of("sms", rates.LINE), next_at=house.clock.wall() + HOUR))
    house.tick()
    house.deliver()
    return house


def test_a_touch_waits_for_its_turn_without_a_place(crowded: House) -> None:
    [touch] = crowded.outbox()
    assert (touch.state, touch.purpose) == (OutboxState.PENDING, Purpose.TOUCH)
    assert (touch.slot_at, touch.not_before) == (crowded.clock.wall() + HOUR, None)
    assert crowded.rows(Rate, Rate.provider == "sms") == []
    crowded.clock.pass_real(HOUR)
    crowded.deliver()
    assert crowded.outbox()[0].state is OutboxState.SENT


def test_an_answer_takes_the_touch_before_it_along(crowded: House) -> None:
    crowded.enqueue("the answer")
    crowded.deliver()
    crowded.clock.pass_real(SECOND)
    crowded.deliver()
    assert [row.state for row in crowded.outbox()] == [OutboxState.SENT] * 2
    assert crowded.texts()[-1] == "the answer"


def test_an_answer_passes_a_touch_that_may_no_longer_be_sent(crowded: House) -> None:
    with crowded.db.begin() as session:
        point = session.scalars(sa.select(ContactPoint).where(ContactPoint.channel == "sms")).one()
        consent.withdraw(session, point, consent.Evidence("staff", "said so"), crowded.clock.now())
    crowded.enqueue("we have stopped", purpose=Purpose.NOTICE)
    crowded.deliver()
    assert [row.state for row in crowded.outbox()] == [OutboxState.REFUSED, OutboxState.SENT]


def test_a_provider_that_is_away_costs_a_waiting_touch_nothing(crowded: House) -> None:
    with crowded.db.begin() as session:
        rates.block(session, "sms", crowded.clock.wall() + 3 * HOUR)
        turn = session.scalars(sa.select(OutboxMessage.slot_at)).one()
        lane = session.scalars(sa.select(Lane).where(Lane.kind == LANE_KIND)).one()
    assert turn == lane.due_at == crowded.clock.wall() + HOUR
    crowded.clock.pass_real(HOUR)
    crowded.deliver()
    assert crowded.one(OutboxMessage).slot_at == crowded.clock.wall() + 2 * HOUR
    assert (crowded.sms.calls, crowded.one(Member).first_name) == ([], "Ana")
