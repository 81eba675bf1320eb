"""Socket Mode: the same requests over a connection that we open, for a gateway that Slack can't reach.

Each request is stored, and only then acknowledged; what could not be stored isn't, and Slack sends it again.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from itertools import chain, repeat
from typing import Any

from pydantic import SecretStr
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot import metrics
from slackkit import door, payloads
from slackkit.bolt import quiet_app
from slackkit.door import Context, Door
from slackkit.faults import name_of
from slackkit.verify import Unacceptable

log = logging.getLogger(__name__)

PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
STOP_SECONDS = 15.0


class Socket:
    """A connection that is made in a thread of its own, and comes back by itself when it breaks.

    `app_token` opens it; `client` is one for the Web API of that workspace, without a token.
    """

    def __init__(self, context: Context, ours: Door, app_token: SecretStr, client: WebClient) -> None:
        self.who = ours.who
        self.handler = SocketModeHandler(make_app(context, ours), app_token.get_secret_value(), web_client=client)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._connect, name=f"{ours.name}-socket", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """A request that is in hand is acknowledged, or comes again."""
        self.stopping.set()
        with contextlib.suppress(AttributeError):  # the library's reader may have put its socket away meanwhile
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
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody can be heard until it is over
                log.error("no socket to Slack, %s can't be heard: %s", self.who, name_of(error))  # noqa: TRY400
                self.stopping.wait(pause)
            else:
                return


def make_app(context: Context, ours: Door) -> App:
    """An app of slack-bolt that stores whatever comes, and has no listeners."""
    app = quiet_app(f"member-success-{ours.name}", SecretStr("unused"), WebClient(retry_handlers=[]))

    def take(req: BoltRequest, resp: BoltResponse) -> BoltResponse:
        return BoltResponse(status=_take(context, ours, payloads.clean(req.body)))

    app.use(take)
    return app


def _take(context: Context, ours: Door, payload: dict[str, Any]) -> int:
    try:
        result, status = _reader(payload)(context, ours, payload), 200
    except Unacceptable as problem:  # acknowledged, or it would come again and again
        log.warning("Slack sent what makes no sense over the socket")
        result, status = problem.result, 200
    except Exception:
        log.exception("a request of Slack could not be stored")
        result, status = "unavailable", 503
    metrics.webhooks.labels(ours.name, result).inc()
    return status


def _reader(payload: dict[str, Any]) -> Any:
    """Who reads it. The kind of the envelope doesn't come through the library, but each kind looks different."""
    if payload.get("type") in ("event_callback", "app_rate_limited"):
        return door.take_event
    return door.take_command if "command" in payload and "type" not in payload else door.take_interaction
