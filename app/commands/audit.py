"""``msb audit``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from app.wiring import build
from bot.auditor import audit
from bot.auditor.audit import Report
from bot.auditor.findings import counted
from bot.auditor.kinds import REMEDIES, TITLES
from bot.config import Settings
from bot.programme.duration import parse_duration
from bot.programme.unfit import Unfit


def run_audit(
    since: Annotated[str, typer.Option(help="How far back to judge what was sent: 24h, 7d.")] = "24h",
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look for missed, doubled and forbidden messages now. The exit code is 1 when there are any."""
    try:
        length = parse_duration(since)
    except Unfit as error:
        raise typer.BadParameter(f"{error.problem}. {error.remedy}") from error
    application = build(Settings())
    try:
        times = application.times()
        report = audit.run(application.db, application.programme, times.now, times.wall, since=times.now - length)
    finally:
        application.close()
    typer.echo(as_data(report) if as_json else in_words(report))
    raise typer.Exit(1 if report.findings else 0)


def in_words(report: Report) -> str:
    """The findings by kind, each kind with what to do about it."""
    start = f"Since {report.since:%Y-%m-%d %H:%M} UTC"
    if not report.findings:
        return f"{start}: nothing found."
    lines = [f"{start}: {len(report.findings)} found."]
    for kind, count in counted(report.findings).items():
        lines += ["", f"{TITLES[kind]} ({kind}): {count}", f"  {REMEDIES[kind]}"]
        lines += [f"  - {one.summary} [{one.subject}]" for one in report.findings if one.kind is kind]
    return "\n".join(lines)


def as_data(report: Report) -> str:
    """One JSON object: from when, and the findings."""
    found = [asdict(finding) for finding in report.findings]
    return json.dumps({"since": report.since.isoformat(), "findings": found}, ensure_ascii=False)
