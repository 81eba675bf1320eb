"""The composition root, used by the processes, the command line and the tests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import procrastinate
import sqlalchemy as sa

from app.engine import Engine
from app.engines import Engines, make_engine
from app.pictures import weeks
from bot import gauges
from bot.access import safety
from bot.auditor import audit
from bot.clock import AgreedClock, Clock, Times, make_clock
from bot.config import Settings
from bot.conversation.perform import Performer
from bot.db import Database
from bot.handoff import desk, digests, fallback, letters, risk_rounds
from bot.handoff import gauges as case_gauges
from bot.handoff.due import look_at_due
from bot.handoff.reminders import Means
from bot.housekeeping.keeping import Keeping, read_keeping
from bot.housekeeping.tidy import tidy
from bot.insights.measures import store as measures
from bot.intake.receive import Desk
from bot.intake.turn import TurnHandler
from bot.lanes import sweep
from bot.lanes.dispatcher import Dispatcher
from bot.lanes.drain import Drainer, Handler
from bot.outbox import receipts
from bot.outbox.deliver import DeliveryHandler
from bot.outbox.enqueue import LANE_KIND
from bot.outreach.due import touch_due
from bot.outreach.reach import Reach
from bot.ports import Channel, Dialogue
from bot.programme.loader import load_programme
from bot.programme.models import Programme
from bot.progress.entries import enter_due
from bot.queues import pauses
from bot.surveys.tick import ask_due
from bot.watched import Watched
from channels import registry
from inbox.acquaint import find_colleagues
from inbox.desk import make as staff_channel
from inbox.handler import StaffHandler
from scheduler.ticks import Tick
from taskqueue import gauges as job_gauges
from taskqueue.jobs import Teller, make_app


@dataclass(frozen=True)
class Application:
    """Everything that the processes are made of."""

    settings: Settings
    clock: Clock
    db: Database
    programme: Programme
    channels: dict[str, Channel]
    dialogue: Dialogue
    performer: Performer
    drainers: dict[str, Drainer]
    keeping: Keeping
    tasks: procrastinate.App | None
    """What carries word of work between processes; None where threads of this one are woken."""

    def times(self) -> Times:
        return Times(self.clock.now(), self.clock.wall())

    def workers(self) -> dict[str, int]:
        """How many lanes of each kind are drained at the same time."""
        return {
            Desk.MEMBER: self.settings.turn_workers,
            Desk.STAFF: 2,
            LANE_KIND: self.settings.delivery_workers,
        }

    def dispatcher(self, kinds: Collection[str] | None = None) -> Dispatcher:
        """Threads for the lanes of these kinds, or of all."""
        workers = self.workers()
        chosen = self.drainers if kinds is None else {kind: self.drainers[kind] for kind in kinds}
        return Dispatcher(self.db, {kind: (drainer, workers[kind]) for kind, drainer in chosen.items()})

    def ticks(self) -> list[Tick]:
        """What the scheduler calls."""
        seconds = self.settings.tick_seconds
        return [
            *self.own_ticks(),
            Tick("journeys", seconds, self.enter_journeys),
            Tick("surveys", seconds, self.ask_surveys),
            Tick("outreach", seconds, self.reach_out),
            Tick("cases", seconds, self.look_at_cases),
            Tick("digests", max(seconds, 60.0), self.tell_digests),
            Tick("colleagues", max(seconds, 120.0), self.find_colleagues),
            Tick("unseen", max(seconds, 30.0), self.reach_staff_otherwise),
            Tick("sweep", max(seconds, 30.0), self.sweep),
            Tick("risk", max(seconds, 60.0), self.look_at_risk),
            Tick("auditor", max(seconds, 300.0), self.audit),
            Tick("housekeeping", max(seconds, 600.0), self.tidy),
            Tick("measures", max(seconds, 20.0), self.count_measures),
        ]

    def own_ticks(self) -> list[Tick]:
        """What any process may do for all, and does for itself."""
        if self.tasks is None:
            return []
        return [Tick("wake", 1.0, self.wake_lanes), Tick("time", 60.0, self.agree_on_time)]

    def wake_lanes(self) -> int:
        """Tells of lanes that nobody was told of, or in vain; returns how many."""
        with self.db.begin() as session:
            return sweep.wake_due(session, self.times())

    def agree_on_time(self) -> None:
        """Asks the server of the database for its time, by which leases are kept."""
        if not isinstance(self.clock, AgreedClock):
            return
        with self.db.begin() as session:
            session.connection()
            asked = self.clock.clock.wall()
            told = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
            self.clock.agree(asked, told, self.clock.clock.wall())

    def enter_journeys(self) -> int:
        return enter_due(self.db, self.programme, self.clock)

    def ask_surveys(self) -> int:
        return ask_due(self.db, self.programme, self.clock)

    def reach_out(self) -> int:
        return touch_due(
            self.db, self.programme, Reach(self.channels), self.clock, outbox_limit=self.settings.outbox_limit
        )

    def look_at_cases(self) -> int:
        """Gives cases to colleagues who are there, and reminds of those that wait; returns how many were looked at."""
        means = Means(slack=desk.CHANNEL in self.channels, email=letters.CHANNEL in self.channels)
        return look_at_due(self.db, self.programme, means, self.clock)

    def reach_staff_otherwise(self) -> int:
        """E-mails to teams what they can't see in Slack, and shows there what it can show at last; returns how much."""
        shown = fallback.show_again(self.db, self.clock) if desk.CHANNEL in self.channels else 0
        if letters.CHANNEL not in self.channels:
            return shown
        return shown + fallback.mail_unseen(self.db, self.programme, self.clock, self.settings.console_url)

    def tell_digests(self) -> int:
        """Tells each team of its week, where there is a Slack to tell it in; returns how many were told."""
        return digests.tell_due(self.db, self.programme, self.clock) if desk.CHANNEL in self.channels else 0

    def find_colleagues(self) -> int:
        """Learns who the colleagues of the content are in Slack; returns how many were found."""
        if desk.CHANNEL not in self.channels:
            return 0
        return find_colleagues(self.settings, self.db, self.programme.inbox)

    def sweep(self) -> int:
        """Finds what a lost wake-up or two crossing transactions left behind; returns how much."""
        with self.db.begin() as session:
            times = self.times()
            return sweep.wake_forgotten(session, times) + receipts.apply_forgotten(session, times)

    def look_at_risk(self) -> int:
        """Goes on with finding out at which risk members are, for lists of them; returns how many changed."""
        return risk_rounds.look(self.db, self.programme, self.clock)

    def audit(self) -> int:
        """A pass of the auditor, which tells staff of what is new; returns how much that is."""
        times, tells = self.times(), desk.CHANNEL in self.channels
        return audit.run(self.db, self.programme, times.now, times.wall, tells_staff=tells, patient=True).new

    def tidy(self) -> int:
        """Empties and deletes what has been kept for its time; returns how many rows."""
        return tidy(self.db, self.keeping, self.clock, self.settings.archive_dir)

    def count_measures(self) -> int:
        """Counts what the console's measures are made from, where it is due; returns how many parts were counted."""
        return measures.refresh(self.db, self.programme, self.clock)

    def measure(self) -> None:
        with self.db.begin() as session:
            gauges.measure(session, self.times())
            pauses.measure(session)
            case_gauges.measure(session, self.clock.now())
            if self.tasks is not None:
                job_gauges.measure(session)
        gauges.measure_pool(self.db)

    def close(self) -> None:
        if isinstance(self.dialogue, Engine | Engines):
            self.dialogue.close()
        self.db.close()


def build(settings: Settings, *, clock: Clock | None = None, dialogue: Dialogue | None = None) -> Application:
    """Puts the application together; nothing is started, and nothing outside is called.

    Raises:
        ContentError: the programme's files are not valid.
        SandboxRefused, SignInRefused: the settings don't go together.
    """
    safety.check(settings)
    db = Database(settings.database_url)
    clock = clock or _clock(settings, db)
    programme = load_programme(settings.programme_dir)
    carriers = registry.configured(settings)
    if settings.slack_is_on:
        carriers[desk.CHANNEL] = staff_channel(settings, programme, weeks.png)
    dialogue = dialogue or make_engine(settings)
    answering = frozenset(name for name, channel in carriers.items() if channel.capabilities.answers_keywords)
    turns = TurnHandler(
        dialogue,
        programme,
        attempts=settings.turn_attempts,
        answered_by_provider=answering,
        flood_limit=settings.flood_limit,
    )
    deliveries = DeliveryHandler(carriers, programme, settings.delivery_attempts)
    handlers: list[Handler] = [turns, deliveries, StaffHandler(settings, db, clock, programme, Reach(carriers))]
    lease = timedelta(seconds=settings.lease_seconds)
    drainers = {handler.kind: Drainer(db, Watched(handler), clock, lease) for handler in handlers}
    performer = Performer(db, programme, clock, Reach(carriers))
    keeping = read_keeping(settings.keep)
    tasks = _tasks(settings, db, drainers, clock)
    return Application(settings, clock, db, programme, carriers, dialogue, performer, drainers, keeping, tasks)


def _clock(settings: Settings, db: Database) -> Clock:
    clock = make_clock(settings.clock)
    return clock if db.is_sqlite else AgreedClock(clock)


def _tasks(settings: Settings, db: Database, drainers: dict[str, Drainer], clock: Clock) -> procrastinate.App | None:
    """From here on every transaction of `db` tells the task engine of the lanes that it makes ready, if there is one.

    Raises:
        NotPostgres: the settings want it, and the database can't hold it.
    """
    if settings.queue == "in_process" or (settings.queue == "auto" and db.is_sqlite):
        return None
    tasks = make_app(db, drainers)
    db.before_commit = Teller(db, clock).tell
    return tasks
