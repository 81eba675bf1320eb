"""Polling: asking Telegram for updates, on a machine that Telegram can't reach.

Telegram gives the updates to one caller, so a lease, a row of `lane` without work, says which process asks. An update
is confirmed by asking for the next, after it is stored: what is given twice is kept once.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import Conflict, InvalidToken, RetryAfter

from bot.config import Settings
from bot.lanes.put import upsert
from bot.model import Lane
from channels.edge import Context
from channels.telegram.client import BACKGROUND, connected
from channels.telegram.errors import pause
from channels.telegram.parse import KINDS
from channels.telegram.routes import store
from channels.webhook import Unacceptable

log = logging.getLogger(__name__)

KEY, KIND = "poll:telegram", "poll"
POLL_SECONDS = 10
STOP_SECONDS = 5.0
LONGEST_BACKOFF = 60.0
REPAIR_SECONDS = 60.0
MOST = 100


class Poller:
    """One thread that asks while it holds the lease, until it is told to stop."""

    def __init__(self, context: Context, poll_seconds: int = POLL_SECONDS) -> None:
        self.context, self.poll_seconds = context, poll_seconds
        self.lease = timedelta(seconds=2 * (poll_seconds + context.settings.send_timeout_seconds))
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._asking: Future[list[Any]] | None = None
        self._epoch: int | None = None
        self._offset = 0
        self._fails = 0
        self._webhook_is_gone = False

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="telegram-poll", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the question that waits; what was given and not stored is given again."""
        self._stop.set()
        asking = self._asking
        if asking is not None:
            asking.cancel()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def step(self) -> float:
        """One question, if the lease is ours; returns how many seconds to wait before the next."""
        try:
            if not self._hold():
                return float(self.poll_seconds)
            if not self._webhook_is_gone:
                BACKGROUND.run(_without_webhook(self.context.settings), self.context.settings.send_timeout_seconds)
                self._webhook_is_gone = True
            self._store(self._ask())
        except SQLAlchemyError:
            log.exception("updates of Telegram could not be stored; they will be given again")
            return self._later()
        except (Exception, CancelledError) as error:  # noqa: BLE001 - a broken connection must not end the polling
            return self._failed(error)
        self._fails = 0
        return 0.0

    def _run(self) -> None:
        while not self._stop.is_set():
            if seconds := self.step():
                self._stop.wait(seconds)
        self._release()

    def _failed(self, error: BaseException) -> float:
        match error:
            case CancelledError():
                return 0.0
            case RetryAfter():
                return pause(error).total_seconds()
            case InvalidToken():
                log.error("Telegram refuses the token")
                return REPAIR_SECONDS
            case Conflict():
                log.error("Telegram gives its updates to somebody else: another program polls, or a webhook was set")
                self._webhook_is_gone = False
            case _:
                log.warning("Telegram could not be asked for updates: %s", type(error).__name__)
        return self._later()

    def _later(self) -> float:
        self._fails += 1
        return min(2.0 ** min(self._fails - 1, 10), LONGEST_BACKOFF)

    def _ask(self) -> list[Any]:
        settings = self.context.settings
        question = _updates(settings, self._offset, self.poll_seconds)
        self._asking = BACKGROUND.submit(question, self.poll_seconds + settings.send_timeout_seconds)
        if self._stop.is_set():
            self._asking.cancel()
        try:
            return self._asking.result(self.poll_seconds + settings.send_timeout_seconds + 1)
        finally:
            self._asking.cancel()
            self._asking = None

    def _store(self, updates: list[Any]) -> None:
        """In order; one that can't be read is left behind, so that it does not hold up the others."""
        for update in updates:
            number = int(update["update_id"])
            with left_out(number):
                store(self.context, update)
            self._offset = number + 1

    def _hold(self) -> bool:
        """Takes or renews the lease."""
        wall = self.context.clock.wall()
        ours = Lane.epoch == self._epoch if self._epoch is not None else sa.false()
        free = sa.or_(Lane.lease_until.is_(None), Lane.lease_until < wall)
        take = (
            sa.update(Lane)
            .where(Lane.key == KEY, sa.or_(ours, free))
            .values(epoch=Lane.epoch + 1, lease_until=wall + self.lease)
            .returning(Lane.epoch)
            .execution_options(synchronize_session=False)
        )
        with self.context.db.begin() as session:
            session.execute(upsert(session, Lane).values(key=KEY, kind=KIND, epoch=0).on_conflict_do_nothing())
            epoch = session.execute(take).scalar()
        if epoch is None or self._epoch is None:  # somebody else asked in between, or will
            self._offset, self._webhook_is_gone = 0, False
        self._epoch = epoch
        return epoch is not None

    def _release(self) -> None:
        if self._epoch is None:
            return
        give_back = sa.update(Lane).where(Lane.key == KEY, Lane.epoch == self._epoch).values(lease_until=None)
        with contextlib.suppress(SQLAlchemyError), self.context.db.begin() as session:
            session.execute(give_back.execution_options(synchronize_session=False))
        self._epoch = None


@contextlib.contextmanager
def left_out(number: int) -> Iterator[None]:
    """Goes on after an update that can't be read."""
    try:
        yield
    except Unacceptable:
        log.warning("an update of Telegram can't be read and is left out", extra={"update": number})


async def _without_webhook(settings: Settings) -> None:
    async with connected(settings) as (bot, _):
        await bot.delete_webhook()


async def _updates(settings: Settings, offset: int, seconds: int) -> list[Any]:
    """The updates as they come: the library's own method gives none when it can't read one of them."""
    question = {"offset": offset, "limit": MOST, "timeout": seconds, "allowed_updates": str(KINDS).replace("'", '"')}
    async with connected(settings) as (bot, calls):
        found = await calls.post(
            f"{bot.base_url}/getUpdates?{urlencode(question)}", read_timeout=seconds + settings.send_timeout_seconds
        )
    return found if isinstance(found, list) else []


def service(context: Context) -> Poller | None:
    """What has to run beside the webhook: the poller, if the settings ask for it."""
    return Poller(context) if context.settings.telegram_polling else None
