"""Serves the model that belongs to the files as they are, on a private address, by the turn channel alone."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msb_engine import bootstrap, config_guard
from msb_engine.fingerprint import fingerprint
from msb_engine.settings import Paths, SettingsRefused, fill_in_defaults, read_host, read_paths, read_port

if TYPE_CHECKING:
    from sanic import Sanic

    from msb_engine.action_endpoint import ActionEndpoint
    from msb_engine.tracker_store import WindowTrackerStore
    from msb_engine.turn_channel import TurnChannel

LONGEST_BODY = 1_000_000
SECONDS_TO_FINISH = 12


class NotReady(RuntimeError):
    """The engine can't be started as things are."""


@dataclass
class Engine:
    """The parts of a running engine."""

    app: Sanic
    channel: TurnChannel
    store: WindowTrackerStore
    actions: ActionEndpoint
    model: Path


def find_model(paths: Paths) -> Path:
    """The model that belongs to the files as they are.

    Raises:
        NotReady: it has not been trained.
    """
    model = paths.model(fingerprint(paths))
    if not model.is_file():
        raise NotReady(f"there is no model for the files as they are ({model}): run `python -m msb_engine train`")
    return model


def build(paths: Paths, model: Path) -> Engine:
    """Reads Rasa's own files, loads the model, and puts everything together. Nothing listens yet.

    Raises:
        NotReady: `endpoints.yml` or `credentials.yml` is not one for this engine.
    """
    from msb_engine.processor import TurnProcessor
    from msb_engine.turns import TurnRunner

    channel = _channel(paths)
    store, actions = _endpoints(paths)
    channel.runner = TurnRunner(TurnProcessor(model, store, actions), store)
    return Engine(_app(channel, actions), channel, store, actions, model)


def _channel(paths: Paths) -> TurnChannel:
    from rasa.core.run import create_http_input_channels

    from msb_engine.turn_channel import TurnChannel

    channels = create_http_input_channels(None, str(paths.credentials))
    if len(channels) != 1 or not isinstance(channels[0], TurnChannel):
        raise NotReady(f"{paths.credentials}: the turn channel, and no other, may be opened")
    return channels[0]


def _endpoints(paths: Paths) -> tuple[WindowTrackerStore, ActionEndpoint]:
    from rasa.core.tracker_store import create_tracker_store
    from rasa.core.utils import AvailableEndpoints

    from msb_engine.action_endpoint import ActionEndpoint
    from msb_engine.tracker_store import WindowTrackerStore

    endpoints = AvailableEndpoints.read_endpoints(str(paths.endpoints))
    if endpoints.action is None:
        raise NotReady(f"{paths.endpoints}: there is no `action_endpoint`")
    store = create_tracker_store(endpoints.tracker_store)
    if not isinstance(store, WindowTrackerStore):
        raise NotReady(f"{paths.endpoints}: the tracker store is not WindowTrackerStore")
    return store, ActionEndpoint.from_config(endpoints.action)


def _app(channel: TurnChannel, actions: ActionEndpoint) -> Sanic:
    from rasa.core.channels.channel import register
    from sanic import Sanic

    app = Sanic("msb_engine", configure_logging=False)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.REQUEST_MAX_SIZE = LONGEST_BODY
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = SECONDS_TO_FINISH
    register([channel], app, "/webhooks/")

    async def close(_app: Sanic, _loop: object) -> None:
        await actions.close()

    app.register_listener(close, "after_server_stop")
    return app


def main() -> int:
    """Serves until SIGTERM or SIGINT. Returns the exit code."""
    started = time.monotonic()
    paths = read_paths()
    try:
        fill_in_defaults(paths)
        host, port = read_host(), read_port()
        bootstrap.stay_with_one_thread()
        bootstrap.prepare()
        config_guard.check(paths.config)
        engine = build(paths, find_model(paths))
    except (SettingsRefused, config_guard.ConfigRefused, NotReady) as error:
        print(f"the engine does not start: {error}", file=sys.stderr)
        return 1

    return _run(engine, host, port, started)


def _run(engine: Engine, host: str, port: int, started: float) -> int:
    """Listens until it is told to stop. Sanic only logs that a port is taken: the exit code says so here."""
    served = False

    async def tell(_app: Sanic, _loop: object) -> None:
        nonlocal served
        served = True
        seconds = time.monotonic() - started
        print(f"engine ready on {host}:{port}, model {engine.model.name}, after {seconds:.1f} s", flush=True)

    engine.app.register_listener(tell, "after_server_start")
    engine.app.run(host=host, port=port, workers=1, access_log=False, debug=False, motd=False)
    return 0 if served else 1


if __name__ == "__main__":
    sys.exit(main())
