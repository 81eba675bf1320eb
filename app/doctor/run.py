"""The table of checks, and running them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

import httpx
from pydantic import ValidationError

from app.doctor import channels, database, machine, reached, settings, work
from app.doctor.finding import Check, Finding, Site, State, broken
from app.masking import mask
from bot.clock import make_clock
from bot.config import Settings

PATIENCE = 5.0
CHECKS: tuple[tuple[str, Check], ...] = (
    ("settings", settings.unread),
    ("secrets", settings.secrets),
    ("database", database.look),
    ("migrations", database.tables),
    ("queue", database.queue),
    ("programme", work.programme),
    ("engine", reached.engine),
    ("actions", reached.actions),
    ("public address", reached.public_url),
    ("channels", channels.look),
    ("clock", machine.time),
    ("disk", machine.disk),
    ("work", work.stuck),
    ("set aside", work.set_aside),
)
"""In this order: what comes first may be the reason for what comes later."""


def examine(*, online: bool = False, environ: Mapping[str, str] = os.environ) -> list[Finding]:
    """Everything that can be said of the site that the settings describe."""
    try:
        read = Settings()
    except ValidationError as error:
        return [_unreadable(str(one["loc"][0]), one["msg"]) for one in error.errors()]
    with httpx.Client(timeout=PATIENCE, follow_redirects=False) as http:
        return examine_site(Site(read, make_clock(read.clock), http, environ, online))


def examine_site(site: Site) -> list[Finding]:
    """Runs all checks; one that fails itself is a finding, and the others go on."""
    found: list[Finding] = []
    try:
        for name, check in CHECKS:
            found += [replace(finding, check=name) for finding in _run(check, site)]
    finally:
        if site.db is not None:
            site.db.close()
    return found


def is_broken(findings: list[Finding]) -> bool:
    return any(finding.state is State.BROKEN for finding in findings)


def _run(check: Check, site: Site) -> list[Finding]:
    try:
        return list(check(site))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a site, the rest of it is looked at
        words = mask(f"{type(error).__name__}: {error}").splitlines()[0][:200]
        return [broken(f"This could not be looked at ({words}).", "Put right what is broken above, and look again.")]


def _unreadable(name: str, message: str) -> Finding:
    return Finding(
        "settings", State.BROKEN, f"MSB_{name.upper()}: {message}.", "docs/configuration.md tells what it may be."
    )
