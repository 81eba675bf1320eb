"""Pictures of what staff see, for the documentation: ``python -m tests.support.card_pictures docs/images/inbox``.

Each card is posted to the sandbox's Slack, which refuses what Slack would refuse, and drawn by its page in a headless
Chromium (``CHROMIUM`` names another browser).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slack_sdk import WebClient

from inbox.cards import card, headline
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.support.case_views import NOW, VARIANTS
from tests.support.sandbox_clock import StillClock
from tests.support.sandbox_server import serve
from tests.support.small_png import shrink

SCALE = 1.5
MARGIN = 2
SIZE = re.compile(r'data-width="(\d+)" data-height="(\d+)"')


@contextmanager
def town() -> Iterator[tuple[str, WebClient, SandboxSettings]]:
    """A sandbox with its address and a client of its Slack."""
    settings = SandboxSettings()
    with serve(create_app(settings, StillClock(NOW))) as page:
        yield page, WebClient(token=settings.slack_bot_token, base_url=f"{page}/slack/api/"), settings


def shoot(address: str, file: Path) -> None:
    """Draws one page of the sandbox, as large as it says that it is."""
    with TemporaryDirectory() as profile:
        found = SIZE.search(_browse(profile, address, "--dump-dom").decode())
        if found is None:
            raise RuntimeError(f"nothing was drawn at {address}")
        width, height = (int(number) + MARGIN for number in found.groups())
        _browse(profile, address, f"--window-size={width},{height}", f"--force-device-scale-factor={SCALE}",
                f"--screenshot={file}")  # fmt: skip
    file.write_bytes(shrink(file.read_bytes()))


def _browse(profile: str, address: str, *options: str) -> bytes:
    command = [os.environ.get("CHROMIUM", "chromium"), "--headless=new", "--no-sandbox", "--disable-gpu",
               "--hide-scrollbars", f"--user-data-dir={profile}", "--virtual-time-budget=4000"]  # fmt: skip
    return subprocess.run([*command, *options, address], check=True, capture_output=True, timeout=90).stdout


def cards(folder: Path, wanted: list[str]) -> None:
    """A picture of each kind of card."""
    with town() as (page, client, settings):
        for name, view in VARIANTS.items():
            if wanted and name not in wanted:
                continue
            blocks: list[dict[str, Any]] = card(view)
            posted = client.chat_postMessage(channel=settings.slack_channel, text=headline(view), blocks=blocks)
            shoot(f"{page}/page/single.html?ts={posted['ts']}", folder / f"{name}.png")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    cards(target, sys.argv[2:])
