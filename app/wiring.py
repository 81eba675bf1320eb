"""The composition root, used by the processes, the command line and the tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.engine import Engine
from app.pictures import weeks
from bot.auditor import audit
from bot.clock import Clock, Times, make_clock
from bot.config import Settings
from bot.conversation.perform import Performer
from bot.db import Database
from bot.handoff import desk, digests, fallback, gauges, letters
from bot.handoff.due import look_at_due
from bot.handoff.reminders import Means
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
from bot.surveys.tick import ask_due
from bot.watched import Watched
from channels import registry
from inbox.acquaint import find_colleagues
from inbox.desk import make as staff_channel
from inbox.handler import StaffHandler
from scheduler.ticks import Tick


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

    def times(self) -> Times:
        return Times(self.clock.now(), self.clock.wall())

    def dispatcher(self) -> Dispatcher:
        """Threads for the lanes of each kind."""
        workers = {
            Desk.MEMBER: self.settings.turn_workers,
            Desk.STAFF: 2,
            LANE_KIND: self.settings.delivery_workers,
        }
        return Dispatcher(self.db, {kind: (drainer, workers[kind]) for kind, drainer in self.drainers.items()})

    def ticks(self) -> list[Tick]:
        """What the scheduler calls."""
        seconds = self.settings.tick_seconds
        return [
            Tick("journeys", seconds, self.enter_journeys),
            Tick("surveys", seconds, self.ask_surveys),
            Tick("outreach", seconds, self.reach_out),
            Tick("cases", seconds, self.look_at_cases),
            Tick("digests", max(seconds, 60.0), self.tell_digests),
            Tick("colleagues", max(seconds, 120.0), self.find_colleagues),
            Tick("unseen", max(seconds, 30.0), self.reach_staff_otherwise),
            Tick("sweep", max(seconds, 30.0), self.sweep),
            Tick("auditor", max(seconds, 300.0), self.audit),
        ]

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

    def audit(self) -> int:
        """A pass of the auditor, which tells staff of what is new; returns how much that is."""
        times, tells = self.times(), desk.CHANNEL in self.channels
        return audit.run(self.db, self.programme, times.now, times.wall, tells_staff=tells, patient=True).new

    def measure(self) -> None:
        with self.db.begin() as session:
            sweep.measure(session, self.times())
            gauges.measure(session, self.clock.now())

    def close(self) -> None:
        if isinstance(self.dialogue, Engine):
            self.dialogue.close()
        self.db.close()


def build(settings: Settings, *, clock: Clock | None = None, dialogue: Dialogue | None = None) -> Application:
    """Puts the application together; nothing is started, and nothing outside is called.

    Raises:
        ContentError: the programme's files are not valid.
    """
    clock = clock or make_clock(settings.clock)
    db = Database(settings.database_url)
    programme = load_programme(settings.programme_dir)
    carriers = registry.configured(settings)
    if settings.slack_is_on:
        carriers[desk.CHANNEL] = staff_channel(settings, programme, weeks.png)
    dialogue = dialogue or Engine(settings)
    answering = frozenset(name for name, channel in carriers.items() if channel.capabilities.answers_keywords)
    turns = TurnHandler(dialogue, programme, attempts=settings.turn_attempts, answered_by_provider=answering)
    deliveries = DeliveryHandler(carriers, programme, settings.delivery_attempts)
    handlers: list[Handler] = [turns, deliveries, StaffHandler(settings, db, clock, programme, Reach(carriers))]
    lease = timedelta(seconds=settings.lease_seconds)
    drainers = {handler.kind: Drainer(db, Watched(handler), clock, lease) for handler in handlers}
    performer = Performer(db, programme, clock, Reach(carriers))
    return Application(settings, clock, db, programme, carriers, dialogue, performer, drainers)
