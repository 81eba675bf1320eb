"""Pictures of journeys: everything is in them, nothing overlaps, and hostile words do no harm."""

from __future__ import annotations

import re
import struct
import zlib
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pictures.fonts import fit, width, wrap
from app.pictures.layout import Box, Picture, lay_out
from app.pictures.mermaid import quoted, to_mermaid
from app.pictures.svg import SCALE, to_png, to_svg
from bot.programme.duration import parse_duration
from bot.programme.loader import load_programme
from bot.programme.models import Programme
from bot.programme.navigate import steps
from bot.programme.words import length
from tests.house.sources import ROOT
from tests.support.small_programme import journey, ladder, make_programme, rung, step

SHIPPED = load_programme(Path(ROOT) / "journeys")
NAMES = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}"), min_size=1, max_size=80
)


def shipped(key: str, segment: str | None = None) -> Picture:
    return lay_out(SHIPPED, SHIPPED.journeys[key], segment)


def crosses(one: Box, other: Box) -> bool:
    apart = (
        one.x + one.width <= other.x or other.x + other.width <= one.x or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )  # fmt: skip
    return not apart


def check(picture: Picture) -> None:
    """Nothing overlaps but a mark on its step, and a step in its milestone; nothing lies outside."""
    solid = [box for box in picture.boxes if box.kind in ("step", "rung", "end")]
    assert [pair for pair in combinations(solid, 2) if crosses(*pair)] == []
    frames = [box for box in picture.boxes if box.kind == "milestone"]
    assert [pair for pair in combinations(frames, 2) if crosses(*pair)] == []
    for box in picture.boxes:
        assert box.x >= 0
        assert box.x + box.width <= picture.width
        assert box.y + box.height <= picture.height
    for text in picture.texts:
        assert text.x + width(text.words, text.size) <= picture.width + 1
        assert 0 < text.y <= picture.height


@pytest.mark.parametrize("key", list(SHIPPED.journeys))
def test_a_shipped_journey_has_its_place_for_everything(key: str) -> None:
    picture = shipped(key)
    check(picture)
    assert sum(box.kind == "step" for box in picture.boxes) == len(steps(SHIPPED.journeys[key]))


def test_each_rung_of_a_segment_is_drawn() -> None:
    drawn = SHIPPED.journeys["onboarding"]
    picture = shipped("onboarding", "early_career")
    used = {step.ladder for step in steps(drawn)} | {milestone.ladder for milestone in drawn.milestones}
    rungs = sum(len(SHIPPED.ladders[name].for_segment("early_career").rungs) for name in used if name)
    assert sum(box.kind == "rung" for box in picture.boxes) == rungs


@settings(max_examples=25, deadline=None)
@given(names=st.lists(NAMES, min_size=1, max_size=6), rungs=st.integers(1, 7))
def test_any_names_fit(names: list[str], rungs: int) -> None:
    made = [step(f"s{at}", "joined", name=name.strip() or "x") for at, name in enumerate(names)]
    programme = make_programme(
        journeys={"onboarding": journey(milestones={"m": made})},
        ladders={"standard": ladder(*[rung() for _ in range(rungs)])},
    )
    picture = lay_out(programme, programme.journeys["onboarding"])
    check(picture)
    ET.fromstring(to_svg(picture))  # noqa: S314 - our own document


def hostile() -> Programme:
    name = '<script>alert("x")</script> & more'
    return make_programme(journeys={"onboarding": journey(milestones={"m": [step("s", "joined", name=name)]})})


def test_hostile_words_are_words() -> None:
    programme = hostile()
    document = to_svg(lay_out(programme, programme.journeys["onboarding"]))
    assert "<script>" not in document
    assert "&lt;script&gt;" in document
    assert "<script>" not in to_mermaid(programme, programme.journeys["onboarding"])


def test_entities_of_the_content_stay_the_words_they_are() -> None:
    assert quoted('#quot; & "x"') == "#35;quot; #amp; #quot;x#quot;"


def test_the_document_has_a_title_for_those_who_can_not_see_it() -> None:
    root = ET.fromstring(to_svg(shipped("renewal")))  # noqa: S314 - our own document
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Your renewal"
    about = root.findtext("{http://www.w3.org/2000/svg}desc") or ""
    assert 'complete as soon as "your renewal" is done' in about


def test_an_arrow_ends_at_its_box_and_its_head_before_it() -> None:
    root = ET.fromstring(to_svg(shipped("onboarding")))  # noqa: S314 - our own document
    head = root.find(".//{http://www.w3.org/2000/svg}marker")
    assert head is not None
    left, _, wide, _ = map(float, head.attrib["viewBox"].split())
    assert left + wide == 0


def test_a_picture_is_twice_its_size_in_pixels_and_has_text() -> None:
    picture = shipped("winback")
    data = to_png(picture)
    wide, high = struct.unpack(">II", data[16:24])
    assert (wide, high) == (round(picture.width * SCALE), round(picture.height * SCALE))
    assert len(zlib.compress(data)) > 20_000


def test_drawing_again_gives_the_same() -> None:
    assert to_svg(shipped("renewal")) == to_svg(shipped("renewal"))


@pytest.mark.parametrize("key", list(SHIPPED.journeys))
def test_a_flowchart_names_each_step_once(key: str) -> None:
    text = to_mermaid(SHIPPED, SHIPPED.journeys[key])
    for one in steps(SHIPPED.journeys[key]):
        assert text.count(f'    s_{one.key}["') == 1
    assert text.count("subgraph") == text.count("\n  end\n")


@pytest.mark.parametrize("key", list(SHIPPED.journeys))
def test_a_flowchart_names_its_nodes_in_single_words_and_each_once(key: str) -> None:
    text = to_mermaid(SHIPPED, SHIPPED.journeys[key])
    made = [line.split("[")[0].rstrip("(") for line in text.splitlines() if '["' in line]
    names = [name.removeprefix("  subgraph").strip() for name in made]
    assert [name for name in names if not name.isidentifier()] == []
    assert len(set(names)) == len(names)
    assert set(re.findall(r"--> (.+)", text)) <= set(names)


@pytest.mark.parametrize(
    ("written", "said"), [("2d", "2 days"), ("1d", "1 day"), ("2w", "2 weeks"), ("7d", "7 days"), ("36h", "36 hours")]
)
def test_lengths_are_said_in_the_largest_unit_that_fits(written: str, said: str) -> None:
    assert length(parse_duration(written)) == said


def test_long_words_are_cut() -> None:
    assert wrap("a" * 200, 12, 100, 2)[0].endswith("...")
    assert width(fit("w" * 100, 12, 100), 12) <= 100
