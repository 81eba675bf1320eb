"""What has to be reached over the network: the engines, the action endpoint, and our own public address."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from app.doctor.finding import Finding, Site, broken, ok, skipped, warning
from app.places import ROOT, NotSetUp, engine_python
from channels import registry

FINGERPRINT = (
    "from msb_engine.fingerprint import fingerprint\nfrom msb_engine.settings import read_paths\n"
    "print(fingerprint(read_paths()))"
)
NOBODY = "an action that there is not"


def engine(site: Site) -> Iterator[Finding]:
    """Whether each engine is up, takes our token, and has the model of the files that are here."""
    for url in filter(None, (url.strip() for url in site.settings.engine_url.split(","))):
        yield from _engine(site, url)


def actions(site: Site) -> Iterator[Finding]:
    """Whether the action endpoint answers, and takes the token that the engine brings."""
    url = site.environ.get("MSB_ACTIONS_URL") or _own_endpoint(site)
    token = site.settings.actions_token.get_secret_value()
    body = {"next_action": NOBODY, "tracker": {"sender_id": "doctor", "latest_message": {}}, "domain": {}}
    try:
        answer = site.http.post(url, json=body, headers={"Authorization": f"Bearer {token}"})
    except httpx.HTTPError as error:
        yield broken(
            f"The action endpoint at {_place(url)} does not answer ({type(error).__name__}).",
            "Start `msb serve` or `msb actions`, and see that MSB_ACTIONS_URL of the engine leads there.",
        )
        return
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        yield broken(
            f"The action endpoint at {_place(url)} refuses MSB_ACTIONS_TOKEN.",
            "Set the same MSB_ACTIONS_TOKEN for all processes and for the engine.",
        )
    elif answer.status_code == httpx.codes.NOT_FOUND and NOBODY in answer.text:
        yield ok(f"The action endpoint at {_place(url)} answers.")
    else:
        yield broken(
            f"Something else answers at {_place(url)} (HTTP {answer.status_code}).", "Correct MSB_ACTIONS_URL."
        )


def public_url(site: Site) -> Iterator[Finding]:
    """Whether providers can reach us as the settings say, and over HTTPS."""
    url, is_needed = site.settings.public_base_url.rstrip("/"), bool(registry.configured(site.settings))
    if not is_needed and _is_private(url):
        yield skipped("No channel is switched on, so nobody has to reach us.")
        return
    if _is_private(url):
        yield warning(
            f"MSB_PUBLIC_BASE_URL is {url}, which no provider can reach.",
            "Set it to the public https:// address of the gateway, unless the providers are a sandbox.",
        )
    elif not url.startswith("https://"):
        yield broken("MSB_PUBLIC_BASE_URL is not https.", "Put a proxy with a certificate before the gateway.")
    try:
        answer = site.http.get(f"{url}/healthz")
    except httpx.HTTPError as error:
        yield warning(
            f"{url} can't be reached from here ({type(error).__name__}).",
            "Start the gateway; if it runs, see from outside that DNS, firewall and proxy lead to it.",
        )
        return
    if answer.status_code == httpx.codes.OK and answer.text.strip() == "ok":
        yield ok(f"The gateway answers at {url}.")
    else:
        yield warning(f"{url}/healthz answers HTTP {answer.status_code}.", "See that the proxy leads to the gateway.")


def _engine(site: Site, url: str) -> Iterator[Finding]:
    try:
        health = site.http.get(f"{url}/webhooks/gateway/health")
        told: dict[str, Any] = health.json()
    except (httpx.HTTPError, ValueError) as error:
        yield broken(
            f"The engine at {_place(url)} does not answer ({type(error).__name__}); messages wait for it.",
            "Start it with `msb engine`, and see that MSB_ENGINE_URL leads to it.",
        )
        return
    if not told.get("ready"):
        yield broken(f"The engine at {_place(url)} has no model yet.", "Wait a minute; if it stays so, read its log.")
        return
    yield from _token(site, url)
    yield _model(site, url, str(told.get("model")))


def _token(site: Site, url: str) -> Iterator[Finding]:
    """An empty turn: whoever has the token is told that it is none."""
    token = site.settings.engine_token.get_secret_value()
    try:
        answer = site.http.post(f"{url}/webhooks/gateway/turn", json={}, headers={"Authorization": f"Bearer {token}"})
    except httpx.HTTPError:
        return
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        yield broken(
            f"The engine at {_place(url)} refuses MSB_ENGINE_TOKEN.",
            "Set the same MSB_ENGINE_TOKEN here and for the engine.",
        )


def _model(site: Site, url: str, model: str) -> Finding:
    expected = _fingerprint()
    words = f"The engine at {_place(url)} is ready with model {model}"
    if expected is None:
        return ok(f"{words}; whether it is that of the files can be seen where the engine is installed.")
    if model == expected:
        return ok(f"{words}, that of the files here.")
    return warning(f"{words}; the files here are {expected}.", "Run `make train` and start the engine again.")


def _fingerprint() -> str | None:
    """Of the assistant's files here; None when the engine's environment is elsewhere."""
    try:
        command = [str(engine_python()), "-c", FINGERPRINT]
        environ = {**os.environ, "PYTHONPATH": str(ROOT / "engine")}
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environ)  # noqa: S603 - our own
    except (NotSetUp, OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def _own_endpoint(site: Site) -> str:
    host = site.settings.actions_host
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{site.settings.actions_port}/webhook"  # noqa: S104 - read, not bound


def _place(url: str) -> str:
    """Without a user and a path."""
    found = urlsplit(url)
    return f"{found.hostname}:{found.port}" if found.port else str(found.hostname)


def _is_private(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host
