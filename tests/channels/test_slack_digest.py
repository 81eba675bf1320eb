"""The weekly digest in Slack: a chart, and the figures in words."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.pictures import weeks
from bot.handoff import digests
from bot.handoff.digests import Members
from bot.model import OutboxState
from bot.outbox.deliver import DeliveryHandler
from inbox import digest
from inbox.desk import make
from sandbox.slack.blocks import prepare_blocks
from tests.channels.slack_town import Town, make_town
from tests.support.people_views import WEEK

HOSTILE = "<!channel> *bold* <https://evil.example|click> `x` & " + "\u0633" * 40
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with make_town(tmp_path) as made:
        made.world.new_case(made.world.new_member())
        made.work()
        staff = make(made.world.settings, made.world.programme, weeks.png)
        made.lanes[0].handler = DeliveryHandler({"staff": staff}, made.world.programme, 6)
        made.world.clock.push(MONDAY - made.world.clock.now())
        yield made


def tell(town: Town) -> None:
    digests.tell_due(town.world.db, town.world.programme, town.world.clock)
    town.work()


def posts(town: Town) -> list[dict[str, Any]]:
    """What was posted beside the card."""
    return town.channel()[1:]


def row(town: Town) -> Any:
    return next(one for one in town.world.outbox() if one.rule == "hand_off:digest")


def test_the_chart_is_shown_with_the_figures_in_words(town: Town) -> None:
    tell(town)
    [post] = posts(town)
    [file] = post["files"]
    assert file["name"] == "digest-member_success-2026-W47.png"
    assert file["mimetype"] == "image/png"
    assert "Saturday: 1 opened" in file["alt_txt"]
    assert "Cases opened: *1* (the week before 0)" in post["text"]
    png = town.http.get(file["url_private"]).content
    assert png.startswith(b"\x89PNG")
    assert row(town).state is OutboxState.SENT


def test_it_is_posted_once(town: Town) -> None:
    tell(town)
    tell(town)
    town.world.clock.push(timedelta(hours=2))
    tell(town)
    assert len(posts(town)) == 1


@pytest.mark.parametrize("mode", ["lost", "429", "500", "down"])
def test_a_bad_day_of_slack_shows_it_once(town: Town, mode: str) -> None:
    town.post("faults", provider="slack", mode=mode, times=1)
    tell(town)
    for _ in range(4):
        town.world.clock.pass_real(timedelta(minutes=1))
        town.work()
    assert len(posts(town)) == 1
    assert row(town).state is OutboxState.SENT


def test_without_the_permission_for_files_the_words_come_alone(town: Town) -> None:
    town.post("slack/app", without=["files:write"])
    tell(town)
    [post] = posts(town)
    assert "files" not in post
    assert post["blocks"][0]["text"]["text"] == "Member Success: week 47, 16 Nov 2026 to 22 Nov 2026"
    assert "Cases opened" in str(post["blocks"])


def test_a_digest_in_words() -> None:
    assert digest.lines(WEEK) == [
        "Cases opened: *9* (the week before 5)",
        "Cases resolved: *7* (the week before 6)",
        "Median first reply, in working time: *1 hour and 30 minutes* (the week before \u2013)",
        "Not resolved now: *4*, 2 of them unclaimed, 1 overdue",
        "Progress of members: *12* steps done, *3* journeys completed",
        "Members at risk: at least *2* high, *5* medium",
        "First to look at: Ana Diaz, Ben Ito",
    ]
    assert digest.alt_text(WEEK).startswith(
        "Cases of Member Success in the week from 16 Nov 2026. Monday: 3 opened, 1 "
    )


def test_any_names_and_figures_fit_and_mention_nobody() -> None:
    wild = replace(
        WEEK,
        name=HOSTILE * 9,
        days=((10**9, 0),) * 7,
        members=Members(1, 1, 1, 1, is_all=True, named=(HOSTILE * 9,) * 5),
    )
    prepare_blocks(digest.blocks(wild), "message")
    assert "<!channel>" not in digest.text(wild) + str(digest.blocks(wild)[1:])
    assert len(digest.alt_text(wild)) <= 1000
    assert len(digest.text(wild)) <= 3000
    assert weeks.png(wild).startswith(b"\x89PNG")


def test_nothing_of_the_chart_lies_outside() -> None:
    for week in (WEEK, replace(WEEK, days=((0, 0),) * 7), replace(WEEK, days=((10**6, 1),) * 7, name="W" * 200)):
        picture = weeks.lay_out(week)
        for box in picture.boxes:
            assert 0 <= box.x <= box.x + box.width <= picture.width
            assert 0 <= box.y <= box.y + box.height <= picture.height
        assert all(0 <= text.x < picture.width and 0 < text.y <= picture.height for text in picture.texts)
        assert io.BytesIO(weeks.png(week)).read(4) == b"\x89PNG"
