"""Whom the content names as staff is looked up in Slack by e-mail address, so that a reminder can mention them."""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.config import Settings
from bot.db import Database
from bot.handoff import people, routing
from bot.programme.inbox import Inbox
from inbox.client import make_client
from inbox.people import real_name
from slackkit.faults import code_of, name_of

log = logging.getLogger(__name__)


def find_colleagues(settings: Settings, db: Database, inbox: Inbox) -> int:
    """Looks for those of the teams whose Slack user we don't know; returns how many were found.

    Whoever isn't in the workspace is looked for the next time. When Slack can't be asked, the rest is.
    """
    found = 0
    for email in _unmet(db, inbox):
        try:
            user = make_client(settings).users_lookupByEmail(email=email)["user"]
        except SlackApiError as error:
            if code_of(error) != "users_not_found":
                log.warning("Slack refuses to look for colleagues: %s", name_of(error))
                break
        except Exception as error:  # noqa: BLE001 - urllib raises many kinds; the next look asks again
            log.warning("Slack could not be asked for colleagues: %s", name_of(error))
            break
        else:
            found += _meet(db, email, user)
    return found


def _unmet(db: Database, inbox: Inbox) -> list[str]:
    named = [email for desk in inbox.teams.values() for email in (*desk.people, desk.lead, desk.deputy) if email]
    with db.begin() as session:
        return [email for email in dict.fromkeys(named) if routing.colleague(session, email).slack_user is None]


def _meet(db: Database, email: str, user: dict[str, Any]) -> bool:
    """False when another colleague has that user already: they changed their address."""
    with db.begin() as session:
        known = people.known(session, user["id"])
        if known is not None and not people.is_hidden(known):
            return False
        name = real_name(user) or routing.colleague(session, email).name
        people.meet(session, email=email, name=name, slack_user=user["id"])
        return True
