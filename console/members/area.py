"""The pages of members."""

from __future__ import annotations

from bot.model import Role
from console.members import importing, listing, page, template
from console.pages import Area, Download, Page

AREA = Area(
    [
        Page("/members", "Members", listing.build, icon="groups"),
        Page("/members/import", "Import members", importing.build, Role.ADMIN),
        Page("/members/{member_id}", "Member", page.build, names_itself=True),
    ],
    downloads=[Download("/members/import/template.csv", template.give, Role.ADMIN)],
)
