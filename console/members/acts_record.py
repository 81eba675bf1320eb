"""Correcting a member's record by hand."""

from __future__ import annotations

from nicegui import ui

from bot.members import acts
from bot.members.acts import ContactChange
from bot.members.dossier import Dossier
from bot.model import Role
from console.dialog import buttons, dialog, says
from console.members.sheet import Sheet

FIELDS = {
    "first_name": "First name", "last_name": "Last name", "phone": "Phone", "email": "E-mail", "time_zone": "Time zone",
    "language": "Language", "country": "Country", "msm": "E-mail of the Member Success Manager",
}  # fmt: skip
AGREED = "agreed"


async def correct(sheet: Sheet) -> None:
    """All fields as they are; what is changed in them is changed."""
    before = _known(sheet.dossier)
    with dialog(f"Correct {sheet.name}'s record") as opened:
        inputs: dict[str, ui.input] = {}
        with (
            ui.element("div")
            .classes("grid w-full gap-2")
            .style("grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr))")
        ):
            for name, label in FIELDS.items():
                inputs[name] = ui.input(label, value=before[name]).props("outlined dense")
        inputs[AGREED] = ui.input("How they agreed to messages at a new address").props("outlined dense")
        inputs[AGREED].classes("w-full")
        says("A new phone number or e-mail address takes the place of the old one, which still tells who writes. "
             "Without word of how they agreed, nothing is begun there until they write from it.")  # fmt: skip
        programme, number = sheet.visit.console.programme, sheet.member_id

        async def keep() -> bool:
            said = {name: str(one.value or "").strip() for name, one in inputs.items()}
            changed = {name: value for name, value in said.items() if value and value != before.get(name)}
            return await sheet.do(
                Role.MANAGER,
                lambda session, hand: acts.change_contact(session, programme, number, hand, ContactChange(**changed)),
                "Corrected.",
            )

        buttons(opened, "Correct", keep)


def _known(dossier: Dossier) -> dict[str, str]:
    """What is on record, as text."""
    person = dossier.person
    usable = [one for one in dossier.addresses if one.is_usable] + list(dossier.addresses)
    first = {one.channel: one.address for one in reversed(usable)}
    return {
        "first_name": person.first_name, "last_name": person.last_name, "phone": first.get("sms", ""),
        "email": first.get("email", ""), "time_zone": person.time_zone, "language": person.language,
        "country": person.country or "", "msm": person.msm_email or "",
    }  # fmt: skip
