"""Pictures of what staff see, for the documentation: ``python -m tests.support.card_pictures docs/images/inbox``.

Each card is posted to the sandbox's Slack, which refuses what Slack would refuse, and drawn as the sandbox page
draws it, in a headless Chromium (``CHROMIUM`` names another browser).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from slack_sdk import WebClient

from app.pictures import weeks
from inbox import digest, lookup, uploads
from inbox.cards import card, headline
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.support import inbox_views, people_views
from tests.support.browser import chromium
from tests.support.case_views import NOW, VARIANTS
from tests.support.sandbox_clock import StillClock
from tests.support.sandbox_server import address_of, free_socket, serve
from tests.support.slack_picture import Camera, camera_for


@contextmanager
def town() -> Iterator[tuple[str, WebClient, SandboxSettings]]:
    """A sandbox with its address and a client of its Slack."""
    bound = free_socket()
    settings = SandboxSettings(sandbox_port=int(address_of(bound).rpartition(":")[2]))
    with serve(create_app(settings, StillClock(NOW)), bound) as page:
        yield page, WebClient(token=settings.slack_bot_token, base_url=f"{page}/slack/api/"), settings


def cards(camera: Camera, _page: str, client: WebClient, channel: str, folder: Path) -> None:
    """Each kind of card."""
    for name, view in VARIANTS.items():
        posted = client.chat_postMessage(channel=channel, text=headline(view), blocks=card(view))
        camera.shoot(f"ts={posted['ts']}", folder / f"card-{name}.png")


def thread(camera: Camera, page: str, client: WebClient, channel: str, folder: Path) -> None:
    """The conversation in the thread of a case that is over."""
    root = str(client.chat_postMessage(channel=channel, text="case", blocks=card(VARIANTS["resolved"]))["ts"])
    users = {user["name"].split()[0]: user["id"] for user in httpx.get(f"{page}/sandbox/slack/users").json()["users"]}
    for who, said in inbox_views.conversation():
        if isinstance(said, list):
            client.chat_postMessage(channel=channel, thread_ts=root, text="case", blocks=said)
        else:
            words = {"user": users[who], "text": said, "thread_ts": root}
            httpx.post(f"{page}/sandbox/slack/say", json=words).raise_for_status()
    camera.shoot(f"thread=1&ts={root}", folder / "thread.png")


def dialogs(camera: Camera, page: str, client: WebClient, channel: str, folder: Path) -> None:
    """Each dialog, and the home tab."""
    posted = client.chat_postMessage(channel=channel, text="case", blocks=card(VARIANTS["open"]))
    user = next(one["id"] for one in httpx.get(f"{page}/sandbox/slack/users").json()["users"] if not one["is_bot"])
    press = {"user": user, "ts": posted["ts"], "action_id": "reply", "value": "12"}
    for name, view in inbox_views.dialogs().items():
        # Nobody hears of the press; it only gives the right to open a dialog.
        trigger = httpx.post(f"{page}/sandbox/slack/click", json=press, timeout=30).json()["trigger_id"]
        opened = client.views_open(trigger_id=trigger, view=view)
        camera.shoot(f"dialog={user}", folder / f"dialog-{name}.png")
        close = {"user": user, "view_id": opened["view"]["id"]}
        httpx.post(f"{page}/sandbox/slack/close", json=close, timeout=30)
    client.views_publish(user_id=user, view=inbox_views.colleagues_home())
    camera.shoot(f"home={user}", folder / "home.png")


def people(camera: Camera, page: str, client: WebClient, channel: str, folder: Path) -> None:
    """What ``/member`` shows, and the weekly digest."""
    blocks = lookup.card(people_views.FOUND, people_views.LINK)
    shown = client.chat_postMessage(channel=channel, text="member", blocks=blocks)
    camera.shoot(f"ts={shown['ts']}", folder / "member.png")
    week = people_views.WEEK
    picture = uploads.Picture(digest.file_name(week), digest.title(week), digest.alt_text(week), weeks.png(week))
    uploads.share(client, channel, digest.text(week), picture, 10)
    told = httpx.get(f"{page}/sandbox/slack/channel").json()["messages"][-1]
    camera.shoot(f"ts={told['ts']}", folder / "digest.png")


PICTURES = {"cards": cards, "thread": thread, "dialogs": dialogs, "people": people}

if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with town() as (address, slack, its), chromium() as browser, camera_for(address, browser) as taking:
        for what in sys.argv[2:] or PICTURES:
            PICTURES[what](taking, address, slack, its.slack_channel, target)
