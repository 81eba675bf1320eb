"""``msb doctor``."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import Annotated

import typer

from app.doctor.finding import Finding, State
from app.doctor.run import examine, is_broken


def doctor(
    online: Annotated[bool, typer.Option("--online", help="Ask the providers about our credentials, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look at everything that a working bot needs, and say what is wrong and what to do. It changes nothing.

    The exit code is 1 when something is broken.
    """
    findings = examine(online=online)
    typer.echo(as_data(findings) if as_json else in_words(findings))
    raise typer.Exit(1 if is_broken(findings) else 0)


def in_words(findings: list[Finding]) -> str:
    """A line a finding, with what to do below it, and a line that counts them."""
    lines = []
    for finding in findings:
        state = finding.state.upper() if finding.state is State.BROKEN else finding.state
        lines.append(f"{state:8} {finding.check:15} {finding.words}")
        if finding.remedy:
            lines.append(f"{'':24} -> {finding.remedy}")
    counts = Counter(finding.state for finding in findings)
    return "\n".join([*lines, "", ", ".join(f"{counts[state]} {state}" for state in State)])


def as_data(findings: list[Finding]) -> str:
    """One JSON object: how often each state was found, and the findings."""
    counts = Counter(finding.state for finding in findings)
    told = {"counts": {state: counts[state] for state in State}, "findings": [asdict(one) for one in findings]}
    return json.dumps(told, indent=2, ensure_ascii=False)
