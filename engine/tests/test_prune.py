"""Conversations that nobody has continued for long are deleted."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from test_store import DOMAIN, postgres, url  # noqa: F401 - fixtures

from msb_engine.prune import SECONDS_A_DAY, SECONDS_BETWEEN, Pruner, add_used_at, read_keep_days
from msb_engine.settings import SettingsRefused
from msb_engine.tracker_store import _CONVERSATIONS, WindowTrackerStore, open_database

MARCH = 1_800_000_000.0


class Time:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.seconds = MARCH

    def __call__(self) -> float:
        return self.seconds

    def pass_days(self, days: float) -> None:
        self.seconds += days * SECONDS_A_DAY


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def store(url: str, time: Time) -> WindowTrackerStore:  # noqa: F811
    """A store whose table is empty."""
    made = WindowTrackerStore(DOMAIN, host=url)
    with made._engine.begin() as connection:
        connection.execute(sa.delete(_CONVERSATIONS))
    made.pruner = Pruner(made._engine, _CONVERSATIONS, 90, now=time, ticks=time)
    return made


def turn(store: WindowTrackerStore, name: str) -> None:
    asyncio.run(store.save_turn(asyncio.run(store.load(name)), "in-1", {"ok": True}))


def left(store: WindowTrackerStore) -> list[str]:
    return sorted(asyncio.run(store.keys()))


def test_a_conversation_goes_when_nobody_has_continued_it_for_long(store: WindowTrackerStore, time: Time) -> None:
    turn(store, "m-old")
    time.pass_days(60)
    turn(store, "m-young")
    time.pass_days(40)
    assert store.pruner.look() == 1
    assert left(store) == ["m-young"]


def test_a_turn_now_and_then_looks_at_some_conversations(store: WindowTrackerStore, time: Time) -> None:
    turn(store, "m-old")
    time.pass_days(91)
    turn(store, "m-young")
    assert left(store) == ["m-young"]
    assert not store.pruner.is_due()
    time.seconds += SECONDS_BETWEEN
    assert store.pruner.is_due()


def test_a_conversation_of_unknown_age_counts_as_used_when_it_is_first_looked_at(
    store: WindowTrackerStore, time: Time
) -> None:
    turn(store, "m-1")
    with store._engine.begin() as connection:
        connection.execute(sa.update(_CONVERSATIONS).values(used_at=None))
    assert store.pruner.look() == 0
    time.pass_days(89)
    assert store.pruner.look() == 0
    time.pass_days(2)
    assert store.pruner.look() == 1


def test_each_look_takes_some_and_the_next_goes_on(store: WindowTrackerStore, time: Time) -> None:
    store.pruner.most = 2
    for number in range(5):
        turn(store, f"m-{number}")
    time.pass_days(91)
    assert [store.pruner.look() for _ in range(4)] == [2, 2, 1, 0]


def test_without_a_time_nothing_is_ever_looked_at(store: WindowTrackerStore, time: Time) -> None:
    turn(store, "m-1")
    forever = Pruner(store._engine, _CONVERSATIONS, 0, now=time, ticks=time)
    time.pass_days(4000)
    assert not forever.is_due()


def test_an_error_of_the_database_fails_no_turn(store: WindowTrackerStore) -> None:
    nowhere = sa.Table(
        "nowhere", sa.MetaData(), sa.Column("conversation_id", sa.Text), sa.Column("used_at", sa.Integer)
    )
    assert Pruner(store._engine, nowhere, 90).look() == 0


def test_a_table_of_before_gets_the_column_and_keeps_what_is_in_it(url: str) -> None:  # noqa: F811
    database = open_database(url)
    with database.begin() as connection:
        connection.execute(sa.text("drop table if exists engine_conversations"))
        connection.execute(
            sa.text(
                "create table engine_conversations (conversation_id varchar(255) primary key, "
                "events text not null, replies text not null)"
            )
        )
        connection.execute(sa.text("insert into engine_conversations values ('m-1', '[]', '[[\"in-1\", {}]]')"))
    store = WindowTrackerStore(DOMAIN, host=url)
    add_used_at(database, _CONVERSATIONS)
    assert asyncio.run(store.load("m-1")).reply_to("in-1") == {}
    assert store.pruner.look() == 0
    assert left(store) == ["m-1"]


def test_the_time_comes_from_the_environment() -> None:
    assert (read_keep_days({}), read_keep_days({"MSB_ENGINE_KEEP_DAYS": "0"})) == (90, 0)
    with pytest.raises(SettingsRefused, match="MSB_ENGINE_KEEP_DAYS is not a number of days: 'long'"):
        read_keep_days({"MSB_ENGINE_KEEP_DAYS": "long"})
