"""Where everything stands in a picture of a journey: boxes, lines and texts. Pure; sizes are pixels.

Milestones are columns of steps from left to right; below them each ladder that is used is a row of rungs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.pictures.fonts import fit, wrap
from bot.programme import words
from bot.programme.models import Journey, Milestone, Programme, Rung, Step

MARGIN, GAP = 32, 24
STEP_WIDTH, RUNG_WIDTH, END_WIDTH, LABEL_WIDTH = 264, 216, 168, 150
PAD, LINE = 12, 18
TITLE, HEADING, NAME, SMALL = 26, 16, 15, 12.5
COLOURS = ("#1b6ca8", "#b3541e", "#2e7d4f", "#7a3e9d", "#a3263f", "#5c6b1f", "#006d77", "#8a5a00", "#4a4e8f", "#6b4226")


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    words: str
    size: float = SMALL
    colour: str = "#333333"


@dataclass(frozen=True)
class Box:
    """`kind` is step, milestone, rung, end or mark; only milestones and steps may lie inside of each other."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    fill: str = "#ffffff"
    line: str = "#9aa5b1"


@dataclass(frozen=True)
class Arrow:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass
class Picture:
    """What is to be drawn; `width` and `height` hold everything."""

    title: str
    about: str
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    width: float = 0
    height: float = 0


def lay_out(programme: Programme, journey: Journey, segment: str | None = None) -> Picture:
    """The picture of a journey; with `segment`, the rungs that members of that segment get."""
    whom = words.for_whom(programme, journey)
    about = f"{journey.stage.capitalize()}, for {whom}. {words.entry(journey)}"
    picture = Picture(journey.name, about)
    colours = {key: COLOURS[at % len(COLOURS)] for at, key in enumerate(words.used_ladders(programme, journey))}
    columns = max(len(journey.milestones), 3)
    room = columns * (STEP_WIDTH + 2 * PAD) + (columns - 1) * GAP
    picture.texts.append(Text(MARGIN, MARGIN + TITLE, fit(journey.name, TITLE, room), TITLE, "#111111"))
    y: float = MARGIN + TITLE + LINE
    for line in wrap(about, NAME, room, 3):
        y += LINE
        picture.texts.append(Text(MARGIN, y, line, NAME))
    y = _milestones(picture, journey, colours, y + GAP)
    y = _ladders(picture, programme, journey, segment, colours, y + GAP)
    _legend(picture, y + GAP)
    picture.width = max(MARGIN + room, *(box.x + box.width for box in picture.boxes)) + MARGIN
    picture.height = y + GAP + LINE + MARGIN
    return picture


def _milestones(picture: Picture, journey: Journey, colours: dict[str, str], top: float) -> float:
    """Draws the columns; returns where the longest ends."""
    placed: dict[str, Box] = {}
    bottom, before = top, None
    for at, milestone in enumerate(journey.milestones):
        x = MARGIN + at * (STEP_WIDTH + 2 * PAD + GAP)
        frame = len(picture.boxes)
        y = _heading(picture, milestone, colours, x, top)
        for step in milestone.steps:
            placed[step.key] = _step(picture, step, colours, x + PAD, y)
            y += placed[step.key].height + GAP
            needed = step.requires if step.requires is not None else ((before,) if before else ())
            picture.arrows += [_arrow(placed[key], placed[step.key]) for key in needed]
            before = step.key
        height = y - GAP + PAD - top
        picture.boxes.insert(frame, Box("milestone", x, top, STEP_WIDTH + 2 * PAD, height, "#f3f5f8", "#d5dbe3"))
        bottom = max(bottom, top + height)
    return bottom


def _heading(picture: Picture, milestone: Milestone, colours: dict[str, str], x: float, top: float) -> float:
    y = top + PAD + HEADING
    room = STEP_WIDTH - (LINE if milestone.ladder else 0)
    picture.texts.append(Text(x + PAD, y, fit(milestone.name, HEADING, room), HEADING, "#111111"))
    if milestone.ladder is not None:
        _mark(picture, colours, milestone.ladder, x + PAD + STEP_WIDTH - LINE, y - LINE + 4)
    return y + PAD


def _step(picture: Picture, step: Step, colours: dict[str, str], x: float, y: float) -> Box:
    room = STEP_WIDTH - 2 * PAD
    name = wrap(step.name[:1].upper() + step.name[1:], NAME, room - LINE - 4, 2)
    lines = [fit(line, SMALL, room) for line in words.details(step)]
    height = PAD + len(name) * LINE + len(lines) * (LINE - 2) + PAD
    box = Box("step", x, y, STEP_WIDTH, height)
    picture.boxes.append(box)
    at = y + PAD
    for line in name:
        at += LINE
        picture.texts.append(Text(x + PAD, at - 4, line, NAME, "#111111"))
    for line in lines:
        at += LINE - 2
        picture.texts.append(Text(x + PAD, at - 2, line, SMALL, "#4a5562"))
    if step.ladder is not None:
        _mark(picture, colours, step.ladder, x + STEP_WIDTH - PAD - LINE, y + PAD - 2)
    return box


def _mark(picture: Picture, colours: dict[str, str], ladder: str, x: float, y: float) -> None:
    """The letter of a ladder, in its colour."""
    letter = chr(ord("A") + list(colours).index(ladder) % 26)
    picture.boxes.append(Box("mark", x, y, LINE, LINE, colours[ladder], colours[ladder]))
    picture.texts.append(Text(x + 4.5, y + 13.5, letter, 13, "#ffffff"))


def _arrow(one: Box, other: Box) -> Arrow:
    if one.x == other.x:
        return Arrow(one.x + one.width / 2, one.y + one.height, other.x + other.width / 2, other.y)
    return Arrow(one.x + one.width, one.y + one.height / 2, other.x, other.y + min(other.height / 2, 24))


def _ladders(
    picture: Picture, programme: Programme, journey: Journey, segment: str | None, colours: dict[str, str], top: float
) -> float:
    y = top
    names = {one.key: one.name for one in programme.segments}
    for key, ladder in words.used_ladders(programme, journey).items():
        _mark(picture, colours, key, MARGIN, y + 2)
        picture.texts.append(Text(MARGIN + LINE + 8, y + 16, f"Ladder: {key.replace('_', ' ')}", HEADING, "#111111"))
        y += LINE + 10
        for whom, variant in words.variants(journey, ladder, segment):
            x: float = MARGIN
            if whom:
                for at, line in enumerate(wrap(names.get(whom, whom), SMALL, LABEL_WIDTH - PAD, 3)):
                    picture.texts.append(Text(x, y + 20 + at * (LINE - 2), line, SMALL, "#4a5562"))
                x += LABEL_WIDTH
            y = _rungs(picture, variant.rungs, words.end(variant), colours[key], x, y) + 10
        y += PAD
    return y


def _rungs(picture: Picture, rungs: tuple[Rung, ...], end: str, colour: str, x: float, y: float) -> float:
    height = PAD + LINE + 2 * (LINE - 2) + (LINE - 2) + PAD
    for rung in rungs:
        picture.boxes.append(Box("rung", x, y, RUNG_WIDTH, height, "#ffffff", colour))
        room = RUNG_WIDTH - 2 * PAD
        title = fit(words.rung_title(rung), NAME, room)
        picture.texts.append(Text(x + PAD, y + PAD + 12, title, NAME, "#111111"))
        said = " ".join((rung.subject or rung.text).split())
        for at, line in enumerate(wrap(said, SMALL, room, 2), start=1):
            picture.texts.append(Text(x + PAD, y + PAD + 12 + at * (LINE - 2), line, SMALL, "#4a5562"))
        waits = f"waits {words.length(rung.wait)}"
        picture.texts.append(Text(x + PAD, y + PAD + 12 + 3 * (LINE - 2), waits, SMALL, colour))
        picture.arrows.append(Arrow(x + RUNG_WIDTH, y + height / 2, x + RUNG_WIDTH + GAP, y + height / 2))
        x += RUNG_WIDTH + GAP
    quiet = end == words.QUIET
    picture.boxes.append(Box("end", x, y, END_WIDTH, height, "#f3f5f8" if quiet else "#fdf1e3", "#9aa5b1"))
    lines = ["No answer:", end] if quiet else ["A person takes over:", *wrap(end, SMALL, END_WIDTH - 2 * PAD, 2)]
    for at, line in enumerate(lines):
        picture.texts.append(Text(x + PAD, y + PAD + 14 + at * LINE, line, SMALL, "#333333"))
    return y + height


def _legend(picture: Picture, y: float) -> None:
    said = "A letter names the ladder that asks. An arrow leads to what needs the step. Any answer ends a ladder."
    picture.texts.append(Text(MARGIN, y + 12, said, SMALL, "#4a5562"))
