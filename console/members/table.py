"""The table of members; on a phone it is a list of cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nicegui import ui

from bot.members.directory import Line
from bot.members.next_contact import NextContact
from bot.model import MemberStatus
from console import look, shell
from console.look import Local
from console.visit import Visit

STYLE = """
.msb-filters { display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(7.2rem, 1fr)); }
.msb-members td { white-space: normal !important; vertical-align: top; overflow-wrap: anywhere; }
.msb-members th { font-size: .8rem; }
.msb-row { position: relative; }
.msb-whole::after { content: ""; position: absolute; inset: 0; }
.msb-row:hover, .msb-row:focus-within { background: rgba(127, 127, 127, .08); }
.msb-member-card { position: relative; border: 1px solid rgba(127, 127, 127, .35); border-radius: 6px; }
.msb-member-card { padding: .75rem; margin-bottom: .5rem; width: 100%; overflow-wrap: anywhere; }
"""
COLUMNS = (
    ("name", "Member", "22%"), ("where", "Where they stand", "22%"), ("risk", "Risk", "18%"),
    ("next", "Next contact", "14%"), ("heard", "Last heard", "10%"), ("msm", "Looked after by", "14%"),
)  # fmt: skip
RISK = """
<span :class="'msb-tag msb-' + props.row.tone"><q-icon :name="props.row.icon" size="14px" aria-hidden="true" />
{{ props.row.risk }}</span>
"""
NAME = """
<a class="nicegui-link msb-whole text-weight-medium" :href="props.row.url">{{ props.row.name }}</a>
"""
SECOND = '<div class="msb-muted text-caption">{{ %s }}</div>'
STATUS = """
<span v-if="props.row.status" :class="'msb-tag q-ml-xs msb-' + props.row.status_tone">{{ props.row.status }}</span>
"""
BODY = f"""
<q-tr :props="props" class="msb-row">
  <q-td key="name" :props="props">{NAME}{STATUS}{SECOND % "props.row.about"}</q-td>
  <q-td key="where" :props="props">{{{{ props.row.where }}}}{SECOND % "props.row.step"}</q-td>
  <q-td key="risk" :props="props">{RISK}{SECOND % "props.row.why"}</q-td>
  <q-td key="next" :props="props">{{{{ props.row.next }}}}{SECOND % "props.row.next_more"}</q-td>
  <q-td key="heard" :props="props">{{{{ props.row.heard }}}}{SECOND % "props.row.asked"}</q-td>
  <q-td key="msm" :props="props">{{{{ props.row.msm }}}}</q-td>
</q-tr>
"""
CARD = f"""
<div class="msb-member-card msb-row">
  <div class="row items-start justify-between no-wrap" style="gap: .5rem"><div>{NAME}{STATUS}</div>{RISK}</div>
  {SECOND % "props.row.about"}
  <div class="q-mt-xs">{{{{ props.row.where }}}}</div>{SECOND % "props.row.step"}
  {SECOND % "props.row.why"}
  {SECOND % "'Next contact: ' + props.row.next + (props.row.next_more ? ', ' + props.row.next_more : '')"}
  {SECOND % "'Last heard: ' + props.row.heard"}
</div>
"""


def draw(visit: Visit, lines: Sequence[Line], contacts: Mapping[int, NextContact]) -> None:
    """Rows are links: a name leads to the member's page, and so does the rest of its row."""
    now, base = visit.console.clock.now(), shell.base(visit)
    rows = [_row(line, contacts.get(line.member_id), now, base) for line in lines]
    columns = [
        {"name": name, "label": label, "field": name, "align": "left", "style": f"width: {width}"}
        for name, label, width in COLUMNS
    ]
    drawn = ui.table(rows=rows, columns=columns, row_key="id").classes("w-full msb-members")
    drawn.props('flat bordered wrap-cells :grid="Quasar.Screen.lt.md" card-container-class="q-pa-none"')
    drawn.props('table-class="msb-members-table"')
    drawn.add_slot("body", BODY)
    drawn.add_slot("item", CARD)


def _row(line: Line, contact: NextContact | None, now: datetime, base: str) -> dict[str, Any]:
    icon, tone, risk = look.RISKS[line.risk]
    at = line.at[0] if line.at else None
    more = f" and {len(line.at) - 1} more" if len(line.at) > 1 else ""
    status_tone, status = look.STATUSES.get(line.status, ("plain", look.words(line.status)))
    next_, next_more = _next(line, contact, now)
    return {
        "id": line.member_id,
        "url": f"{base}/members/{line.member_id}",
        "name": line.name or "(no name)",
        "about": ", ".join(part for part in (line.number, line.segment, line.account) if part),
        "status": status if line.status != MemberStatus.ACTIVE else "",
        "status_tone": status_tone,
        "where": f"{at.journey}{more}" if at else "In no journey",
        "step": f"Now: {at.step}" if at and at.step else "",
        "risk": risk, "tone": tone, "icon": icon,
        "why": line.reasons[0].words if line.reasons else "",
        "next": next_, "next_more": next_more,
        "heard": look.near(line.heard_at, now) if line.heard_at else "Never",
        "asked": f"Asked {look.near(line.asked_since, now)}" if line.asked and line.asked_since else "",
        "msm": line.msm or "Nobody",
    }  # fmt: skip


def _next(line: Line, contact: NextContact | None, now: datetime) -> tuple[str, str]:
    """When the programme means to write, and what is in the way."""
    if line.case_id is not None:
        return "Waits", f"Case {line.case_id} is open"
    if contact is None:
        return "Nothing planned", ""
    zone = ZoneInfo(contact.time_zone)
    held = f"Held: {contact.held.replace('_', ' ')}" if contact.held else ""
    return look.near(max(contact.at, now), now), held or Local(zone, now).moment(contact.at)
