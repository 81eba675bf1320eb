"""The pages of this part: there where a sandbox stands for the providers, and nowhere else."""

from __future__ import annotations

from bot.model import Role
from console.pages import Area, Page
from console.sandbox.page import build
from console.visit import Visit


def _is_on(visit: Visit) -> bool:
    return bool(visit.console.settings.sandbox_url)


AREA = Area([Page("/sandbox", "Sandbox", build, Role.ADMIN, icon="smartphone")], is_on=_is_on)
