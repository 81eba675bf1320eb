"""Two workers on two machines share the work, and the loss of one costs nobody an answer."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.places import ROOT
from tests.scale.machines import Machine, town
from tests.scale.site import SECONDS_TO_WORK, Site, Worker, eventually, site
from tests.support.databases import empty_database

MEMBERS = 16

HOLDER = """
import sys
import sqlalchemy as sa
from bot.config import Settings
from bot.db import Database
from bot.model import Lane
with Database(Settings().database_url).begin() as session:
    assert session.scalars(sa.select(Lane).with_for_update()).all()
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Site]:
    with town(2) as made, empty_database("postgresql", tmp_path) as url, site(made, url, tmp_path) as place:
        yield place


@pytest.fixture
def workers(place: Site) -> tuple[Worker, Worker]:
    """Both share the work: each had turns in hand while the other had."""
    first, second = (place.worker(machine) for machine in place.town.machines)
    place.engine.until_all_have_asked(first.machine.address, second.machine.address)
    place.enrol(MEMBERS)
    place.all_say("one")
    eventually(lambda: place.have_all_heard("one"), "everybody is answered by the two")
    assert place.engine.asked.keys() == {first.machine.address, second.machine.address}
    return first, second


def catch_at_work(place: Site, machine: Machine) -> None:
    """Two more messages of each member, while that machine has turns in hand that it can't finish."""
    place.engine.until_all_have_asked()
    place.engine.hold(machine.address)
    place.all_say("two")
    assert place.engine.wait_until_asked(machine.address, SECONDS_TO_WORK)
    place.all_say("three")


def test_a_worker_that_is_killed_at_work_costs_nobody_an_answer(place: Site, workers: tuple[Worker, Worker]) -> None:
    lost, _ = workers
    catch_at_work(place, lost.machine)
    lost.kill()
    eventually(lambda: place.have_all_heard("one", "two", "three"), "the other worker answers everybody")
    place.check_that_each_was_answered_once("one", "two", "three")


def test_a_worker_that_is_cut_off_at_work_and_comes_back_changes_nothing(
    place: Site, workers: tuple[Worker, Worker]
) -> None:
    lost, other = workers
    catch_at_work(place, lost.machine)
    lost.machine.pull_the_cable()
    eventually(lambda: place.have_all_heard("one", "two", "three"), "the other worker answers everybody")
    place.check_that_each_was_answered_once("one", "two", "three")
    lost.machine.plug_it_in()
    place.engine.release()
    assert other.stop() == 0
    place.all_say("four")
    eventually(lambda: place.have_all_heard("one", "two", "three", "four"), "the one that came back answers alone")
    place.check_that_each_was_answered_once("one", "two", "three", "four")


def test_a_machine_that_is_lost_within_a_transaction_holds_nobody_up(place: Site) -> None:
    first, second = place.town.machines
    place.enrol(2)
    place.all_say("one")
    with contextlib.ExitStack() as pipes:
        hold_all_lanes(place, first, pipes)
        first.pull_the_cable()
        place.worker(second)
        eventually(lambda: place.have_all_heard("one"), "the lanes that the lost machine has locked are free again")
    place.check_that_each_was_answered_once("one")


def hold_all_lanes(place: Site, machine: Machine, pipes: contextlib.ExitStack) -> None:
    """That machine begins a transaction, locks every lane, and never goes on."""
    holder = subprocess.Popen(
        machine.command(sys.executable, "-c", HOLDER),
        cwd=ROOT, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    place.started.append(holder)
    assert holder.stdin is not None
    assert holder.stdout is not None
    pipes.callback(holder.stdout.close)
    pipes.callback(holder.stdin.close)
    assert holder.stdout.readline() == b"held\n"
