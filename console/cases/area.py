"""The pages of this part."""

from __future__ import annotations

from console.cases import inbox, page
from console.pages import Area, Page

AREA = Area(
    [
        Page("/cases", "Cases", inbox.build, icon="inbox"),
        Page("/cases/{case_id}", "Case", page.build, names_itself=True),
    ]
)
