"""The table of colleagues; on a phone it is a list of cards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nicegui import ui

from bot.access.colleagues import Colleague
from console.access import words

COLUMNS = (
    ("name", "Colleague", "32%"), ("role", "Role", "13%"), ("last", "Last came in", "28%"),
    ("open", "Open sessions", "15%"), ("act", "", "12%"),
)  # fmt: skip
WHO = """<div class="text-weight-medium">{{ props.row.name }}</div>
<div class="msb-muted text-caption">{{ props.row.email }}</div>"""
BUTTON = """<q-btn flat dense no-caps color="primary" class="msb-manage" label="Manage"
:aria-label="'Manage ' + props.row.name" @click="() => $parent.$emit('manage', props.row.id)" />"""
BODY = f"""
<q-tr :props="props">
  <q-td key="name" :props="props">{WHO}</q-td>
  <q-td key="role" :props="props">{{{{ props.row.role }}}}</q-td>
  <q-td key="last" :props="props">{{{{ props.row.last }}}}</q-td>
  <q-td key="open" :props="props">{{{{ props.row.open }}}}</q-td>
  <q-td key="act" :props="props" class="text-right">{BUTTON}</q-td>
</q-tr>
"""
CARD = f"""
<div class="msb-colleague">
  <div class="row items-start justify-between no-wrap" style="gap: .5rem"><div>{WHO}</div>{BUTTON}</div>
  <div class="q-mt-xs">{{{{ props.row.role }}}}</div>
  <div class="msb-muted text-caption">Last came in: {{{{ props.row.last }}}}{{{{ props.row.sessions }}}}</div>
</div>
"""
STYLE = """
.msb-colleagues td { white-space: normal !important; overflow-wrap: anywhere; }
.msb-colleague { border: 1px solid rgba(127, 127, 127, .35); border-radius: 6px; padding: .75rem; width: 100%; }
.msb-colleague { margin-bottom: .5rem; overflow-wrap: anywhere; }
.body--dark .msb-manage { color: #8cc8e6 !important; }
"""


@dataclass(frozen=True)
class Told:
    """In whose time, and when, it is told."""

    zone: ZoneInfo
    now: datetime

    def at(self, moment: datetime) -> str:
        return words.moment(moment, self.zone, self.now)


def draw(found: Sequence[Colleague], told: Told, manage: Callable[[int], Any]) -> None:
    """`manage` is called with the id of the colleague whose button is pressed."""
    columns = [
        {"name": name, "label": label, "field": name, "align": "left", "style": f"width: {width}"}
        for name, label, width in COLUMNS
    ]
    table = ui.table(rows=[_row(one, told) for one in found], columns=columns, row_key="id")
    table.classes("w-full msb-colleagues")
    table.props('flat bordered wrap-cells :grid="Quasar.Screen.lt.sm" card-container-class="q-pa-none"')
    table.add_slot("body", BODY)
    table.add_slot("item", CARD)
    table.add_slot("header-cell-act", '<q-th :props="props"><span class="sr-only">What to do</span></q-th>')
    table.on("manage", lambda event: manage(int(event.args)))


def _row(one: Colleague, told: Told) -> dict[str, Any]:
    last = f"{told.at(one.last_at)}, {words.way(one.last_way)}" if one.last_at is not None else "not lately"
    return {
        "id": one.staff_id,
        "name": one.name,
        "email": one.email,
        "role": words.role_name(one.role),
        "last": last,
        "open": str(one.open_sessions) if one.open_sessions else "none",
        "sessions": f"; open sessions: {one.open_sessions}" if one.open_sessions else "",
    }
