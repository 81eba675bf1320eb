"""Waiting until the processes of a demonstration answer."""

from __future__ import annotations

import time

import httpx


def wait_until_ready(page: str, gateway: str, patience: float = 120.0) -> str | None:
    """Waits for the sandbox, the gateway and the engine; returns what is missing, or None; names the contacts."""
    missing = "nothing answers"
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        try:
            httpx.get(f"{page}/sandbox/clock", timeout=2).raise_for_status()
            parts = httpx.get(f"{gateway}/readyz", timeout=5).json()
            if set(parts.values()) == {"ok"}:
                return None
            missing = ", ".join(f"{part}: {state}" for part, state in parts.items())
        except (httpx.HTTPError, ValueError) as error:
            missing = type(error).__name__
        time.sleep(0.2)
    return missing
