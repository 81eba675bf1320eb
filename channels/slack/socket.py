"""Socket Mode: the same requests over a connection that we open, for a gateway that Slack can't reach.

Each request is stored, and only then acknowledged; what could not be stored isn't, and Slack sends it again.
"""

from __future__ import annotations

import logging
import threading
from itertools import chain, repeat
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot import metrics
from channels.edge import Context, Service
from channels.slack.client import make_client
from channels.slack.routes import make_door
from slackkit import door, payloads
from slackkit.bolt import quiet_app
from slackkit.faults import name_of
from slackkit.verify import Unacceptable

log = logging.getLogger(__name__)

PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
STOP_SECONDS = 15.0


class Socket:
    """A connection that is made in a thread of its own, and comes back by itself when it breaks."""

    def __init__(self, context: Context) -> None:
        self.handler = SocketModeHandler(
            make_app(context),
            context.settings.slack_member_app_token.get_secret_value(),
            web_client=make_client(context.settings, with_token=False),
        )
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._connect, name="slack-members-socket", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """A request that is in hand is acknowledged, or comes again."""
        self.stopping.set()
        self.handler.close()  # type: ignore[no-untyped-call]
        if self.thread.is_alive():
            self.thread.join(STOP_SECONDS)

    def _connect(self) -> None:
        """Tries until Slack lets us in; from then on the library keeps the connection."""
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            if self.stopping.is_set():
                return
            try:
                self.handler.connect()  # type: ignore[no-untyped-call]
            except Exception as error:  # noqa: BLE001 - whatever it is, members can't be heard until it is over
                log.error("no socket to Slack, members there can't be heard: %s", name_of(error))  # noqa: TRY400
                self.stopping.wait(pause)
            else:
                return


def service(context: Context) -> Service | None:
    """The socket, if the settings name a token for one."""
    return Socket(context) if context.settings.slack_member_app_token.get_secret_value() else None


def make_app(context: Context) -> App:
    """An app of slack-bolt that stores whatever comes, and has no listeners."""
    app = quiet_app("member-success-members", context.settings.slack_member_bot_token, make_client(context.settings))
    ours = make_door(context.settings)

    def take(req: BoltRequest, resp: BoltResponse) -> BoltResponse:
        return BoltResponse(status=_take(context, ours, payloads.clean(req.body)))

    app.use(take)
    return app


def _take(context: Context, ours: door.Door, payload: dict[str, Any]) -> int:
    is_event = payload.get("type") == "event_callback"
    take = door.take_event if is_event else door.take_interaction
    try:
        result, status = take(context, ours, payload), 200
    except Unacceptable as problem:  # acknowledged, or it would come again and again
        log.warning("Slack sent what makes no sense over the socket")
        result, status = problem.result, 200
    except Exception:
        log.exception("a request of Slack could not be stored")
        result, status = "unavailable", 503
    metrics.webhooks.labels(ours.name, result).inc()
    return status
