"""A journey as a Mermaid flowchart, for documents that draw it themselves."""

from __future__ import annotations

from collections.abc import Iterator

from bot.programme import words
from bot.programme.models import Journey, Programme


def to_mermaid(programme: Programme, journey: Journey, segment: str | None = None) -> str:
    """The text of the flowchart."""
    lines = ["flowchart LR", *_steps(journey), *_ladders(programme, journey, segment)]
    return "\n".join(lines) + "\n"


def _steps(journey: Journey) -> Iterator[str]:
    """The way in, the milestones with their steps, and an arrow to each step from what it needs."""
    yield f'  start(["{quoted(journey.name)}<br/>{quoted(words.entry(journey))}"])'
    before = None
    edges: list[str] = []
    for at, milestone in enumerate(journey.milestones):
        yield f'  subgraph m{at}["{quoted(milestone.name)}"]'
        for step in milestone.steps:
            asked = f"asked by: {step.ladder.replace('_', ' ')}" if step.ladder else "not asked"
            label = "<br/>".join(quoted(part) for part in (step.name, *words.details(step), asked))
            yield f'    s_{step.key}["{label}"]'
            needed = step.requires if step.requires is not None else ((before,) if before else ())
            edges += [f"  {one} --> s_{step.key}" for one in ([f"s_{key}" for key in needed] or ["start"])]
            before = step.key
        yield "  end"
    yield from edges


def _ladders(programme: Programme, journey: Journey, segment: str | None) -> Iterator[str]:
    for at, (key, ladder) in enumerate(words.used_ladders(programme, journey).items()):
        for number, (whom, variant) in enumerate(words.variants(journey, ladder, segment)):
            name = f"l{at}_{number}"
            title = f"Ladder: {key.replace('_', ' ')}" + (f" ({whom.replace('_', ' ')})" if whom else "")
            yield f'  subgraph {name}["{quoted(title)}"]'
            for place, rung in enumerate(variant.rungs):
                label = f"{words.rung_title(rung)}<br/>waits {words.length(rung.wait)}"
                yield f'    {name}_{place}["{label}"] --> {name}_{place + 1}'
            yield f'    {name}_{len(variant.rungs)}(["{quoted(words.end(variant))}"])'
            yield "  end"


def quoted(text: str) -> str:
    """Words for between quotation marks: what Mermaid would read as its own or as HTML is written as entities."""
    said = " ".join(text.split())
    for letter, entity in (("#", "#35;"), ("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        said = said.replace(letter, entity)
    return said
