"""Showing colleagues their home tab, and keeping it up to date while they work."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot.errors import Refused
from bot.handoff import people
from bot.handoff.overview import overview
from inbox import home
from inbox.context import Context
from inbox.links import Links, places
from inbox.people import admit
from slackkit.faults import name_of

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
MOST_KNOWN = 5000


class Homes:
    """Remembers whose home this process showed, and when: only those are brought up to date."""

    def __init__(self, context: Context, links: Links) -> None:
        self.context, self.links = context, links
        self._shown: dict[str, datetime] = {}

    def show(self, client: WebClient, user: str, notice: str | None = None) -> None:
        """Publishes the home of the Slack user `user`, whatever it cost last time.

        Raises:
            Exception: whatever Slack's client raises.
        """
        context = self.context
        try:
            admit(context.db, client, user)
        except Refused as problem:
            client.views_publish(user_id=user, view=home.closed(problem.detail or str(problem)))
            return
        self._remember(user)
        with context.db.begin() as session:
            person = people.known(session, user)
            assert person is not None
            seen = overview(session, context.programme, person, context.clock.now())
            found = places(session, [line.case_id for line in (*seen.mine.lines, *seen.queue.lines)])
        client.views_publish(user_id=user, view=home.home(seen, self.links.of(client, found), notice))

    def refresh(self, client: WebClient, user: str) -> None:
        """After something that this colleague did; at most once a minute, and nothing depends on it."""
        shown = self._shown.get(user)
        if shown is None or self.context.clock.wall() - shown < EVERY:
            return
        try:
            self.show(client, user)
        except Exception as error:  # noqa: BLE001 - what they did is done; their home is shown anew when they open it
            log.warning("a home tab was not brought up to date: %s", name_of(error))

    def _remember(self, user: str) -> None:
        if len(self._shown) >= MOST_KNOWN:
            self._shown.clear()
        self._shown[user] = self.context.clock.wall()
