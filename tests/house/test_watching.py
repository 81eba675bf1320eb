"""The dashboard, the alerts and their page speak of metrics that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram

from bot import metrics
from tests.house.sources import ROOT, report

DASHBOARD = ROOT / "deploy" / "grafana" / "member-success-bot.json"
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
PAGE = ROOT / "docs" / "operations" / "watching.md"
NAME = re.compile(r"\bmsb_\w+")
SELECTOR = re.compile(r"\b(msb_\w+)\{([^}]*)\}")
GROUPED = re.compile(r"\bby \(([^)]*)\)")
OF_PROMETHEUS = {"le", "instance", "job"}
SUFFIXES: dict[type, tuple[str, ...]] = {Counter: ("_total",), Gauge: ("",), Histogram: ("_bucket", "_sum", "_count")}


def labels() -> dict[str, set[str]]:
    """Every series that our processes serve, by name, with the names of its labels."""
    found: dict[str, set[str]] = {}
    for one in vars(metrics).values():
        for kind, suffixes in SUFFIXES.items():
            if isinstance(one, kind):
                found |= {one._name + suffix: set(one._labelnames) for suffix in suffixes}  # type: ignore[attr-defined]
    return found


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return found


def expressions() -> Iterator[tuple[str, str]]:
    """Where it stands, and the expression."""
    for panel in panels():
        yield from ((f"panel {panel['title']}", target["expr"]) for target in panel.get("targets", ()))
    yield from ((f"alert {rule['alert']}", rule["expr"]) for rule in alerts())


def test_every_metric_that_is_watched_exists() -> None:
    known = labels()
    offences = [f"{place}: {name}" for place, text in expressions() for name in NAME.findall(text) if name not in known]
    assert not offences, report("bot/metrics.py has no such series:", offences)


def test_every_label_that_is_selected_or_grouped_by_exists() -> None:
    known = labels()
    offences = []
    for place, text in expressions():
        for name, selected in SELECTOR.findall(text):
            chosen = set(re.findall(r"(\w+)\s*[=!]", selected))
            offences += [f"{place}: {name} has no {label}" for label in chosen - known[name] - OF_PROMETHEUS]
        of_all = OF_PROMETHEUS.union(*(known[name] for name in NAME.findall(text)))
        grouped = {label.strip() for group in GROUPED.findall(text) for label in group.split(",")}
        offences += [f"{place}: nothing has {label}" for label in grouped - of_all]
    assert not offences, report("These labels do not exist:", offences)


def test_what_several_processes_read_from_one_database_is_not_added_up() -> None:
    shared = "|".join(
        one._name
        for one in (metrics.waiting, metrics.oldest_seconds, metrics.dead, metrics.lanes_ready, metrics.held,
                    metrics.lane_oldest_seconds, metrics.leases_expired, metrics.due_lag_seconds, metrics.jobs,
                    metrics.cases, metrics.case_wait_seconds)
    )  # fmt: skip
    alone = re.compile(rf"(?:sum|count|avg)(?: by \([^)]*\))? \(?\s*\(?(?:{shared})\b")
    offences = [f"{place}: {text}" for place, text in expressions() if alone.search(text.replace("(", " ("))]
    assert not offences, report("Take the largest of each, and add up then:", offences)


@pytest.mark.parametrize("text", [text for _, text in expressions()])
def test_brackets_are_closed(text: str) -> None:
    assert all(text.count(opened) == text.count(closed) for opened, closed in ("()", "[]", "{}"))


def test_every_alert_has_a_section_of_its_own_that_says_what_to_do() -> None:
    page = PAGE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^#|\Z)", page, re.M | re.S))
    names = [rule["alert"] for rule in alerts()]
    assert sorted(sections) == sorted(names)
    offences = [name for name, body in sections.items() if "**Remedy**" not in body]
    assert not offences, report("These sections say not what to do:", offences)
    assert len(set(names)) == len(names)
    for rule in alerts():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith(".")


def test_every_metric_is_explained_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    names = sorted({one._name for one in vars(metrics).values() if isinstance(one, Counter | Gauge | Histogram)})
    offences = [name for name in names if f"`{name}" not in page]
    assert not offences, report("docs/operations/watching.md says nothing of:", offences)


def test_the_dashboard_finds_its_data_source_and_no_panel_lies_upon_another() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    [variable] = dashboard["templating"]["list"]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    taken: dict[tuple[int, int], str] = {}
    for panel in panels():
        assert panel["type"] == "row" or panel["datasource"]["uid"] == "${datasource}"
        place = panel["gridPos"]
        for cell in (
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        ):
            assert cell not in taken, f"{panel['title']} lies upon {taken[cell]}"
            assert cell[0] < 24
            taken[cell] = panel["title"]
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_prometheus_reads_the_files_that_there_are() -> None:
    settings = yaml.safe_load((ALERTS.parent / "prometheus.yml").read_text(encoding="utf-8"))
    named = [*settings["scrape_config_files"], *settings["rule_files"]]
    assert all((ALERTS.parent / name).is_file() for name in named)
    scraped = yaml.safe_load((ALERTS.parent / "scrape.yml").read_text(encoding="utf-8"))["scrape_configs"]
    assert all(job["job_name"].startswith("msb") for job in scraped), "the alerts and the dashboard look for msb.*"
