"""What members may name: lookup and synonym tables, out of the programme, for the dialogue engine's training data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import yaml

from bot.programme.models import Programme
from bot.programme.navigate import steps

HEAD = """\
# Steps and topics as the programme names them. Written by `msb nlu tables`: change the programme instead.
"""
Wordings = Mapping[str, frozenset[str]]


def tables(programme: Programme) -> str:
    """YAML in Rasa's format: a lookup table of steps and one of topics.

    Wordings that can mean only one of them stand for its key, that of a step or a resource.
    """
    named = _by_wording(
        (step.key, (step.name, *step.aliases)) for journey in programme.journeys.values() for step in steps(journey)
    )
    topics = _by_wording((key, (one.title, *one.topics)) for key, one in programme.resources.items())
    blocks: list[dict[str, str]] = [
        {"lookup": "step", "examples": _listed(named)},
        {"lookup": "topic", "examples": _listed(topics)},
        *_synonyms({**_certain(topics), **_certain(named)}),
    ]
    yaml.add_representer(str, _in_lines, Dumper=_Dumper)
    text = yaml.dump({"version": "3.1", "nlu": blocks}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return HEAD + text.replace("version: '3.1'", 'version: "3.1"')


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such."""


def _in_lines(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _by_wording(named: Iterable[tuple[str, Iterable[str]]]) -> Wordings:
    """Which keys each wording may mean."""
    found = defaultdict[str, set[str]](set)
    for key, wordings in named:
        for wording in wordings:
            found[" ".join(wording.casefold().split())].add(key)
    return {wording: frozenset(keys) for wording, keys in found.items()}


def _certain(wordings: Wordings) -> dict[str, str]:
    return {wording: next(iter(keys)) for wording, keys in wordings.items() if len(keys) == 1}


def _synonyms(meanings: Mapping[str, str]) -> Iterator[dict[str, str]]:
    by_key = defaultdict[str, list[str]](list)
    for wording, key in meanings.items():
        by_key[key].append(wording)
    for key, wordings in sorted(by_key.items()):
        yield {"synonym": key, "examples": _listed(wordings)}


def _listed(wordings: Iterable[str]) -> str:
    """The longest first: of two that begin alike, the whole one is found."""
    return "".join(f"- {wording}\n" for wording in sorted(wordings, key=lambda one: (-len(one), one)))
