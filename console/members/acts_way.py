"""Moving a member: into another segment, into or out of a journey, or on to a milestone."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui
from sqlalchemy.orm import Session

from bot.members import move as moves
from bot.members.hand import Hand
from bot.members.move import Options
from bot.model import Role
from console.dialog import buttons, dialog, says
from console.members.sheet import Sheet

BY_RULE = ""
Work = Callable[[Session, Hand], object]


async def move(sheet: Sheet) -> None:
    """What kind of move, then where to; each says what it does."""
    programme, number = sheet.visit.console.programme, sheet.member_id
    options = await sheet.visit.read(lambda session: moves.options(session, programme, number))
    kinds = _kinds(sheet, options)
    with dialog(f"Move {sheet.name}") as opened:
        kind = ui.select({name: one[0] for name, one in kinds.items()}, label="What", value="segment")
        kind.props("outlined").classes("w-full")
        where = ui.select({}, label="Where").props("outlined").classes("w-full")
        what = says("")

        def show() -> None:
            _, choices, words = kinds[str(kind.value)]
            where.set_options(choices, value=next(iter(choices), None))
            what.set_text(words)

        kind.on_value_change(show)
        show()

        async def keep() -> bool:
            if where.value is None:
                ui.notify("Choose where.", type="warning")
                return False
            return await sheet.do(Role.MANAGER, _work(sheet, str(kind.value), str(where.value)), "Moved.")

        buttons(opened, "Move", keep)


def _kinds(sheet: Sheet, options: Options) -> dict[str, tuple[str, dict[str, str], str]]:
    """By name: what it is called, where to, and what it does."""
    name = sheet.name
    segments = {key: title for key, title in options.segments if key != sheet.dossier.person.segment}
    if sheet.dossier.person.segment_by_staff:
        segments[BY_RULE] = "As the rules say again"
    milestones = {
        f"{one.run_id}:{key}": f"{one.name}: {title}" for one in options.under_way for key, title in one.milestones
    }
    says_segment = (
        f"Journeys of {name} that do not fit the new segment end; those that fit begin. Steps that both have stay done."
    )
    found = {
        "segment": ("To another segment", segments, says_segment),
        "start": ("Into a journey", {one.journey: one.name for one in options.to_start},
                  f"{name} enters it now: its first step is asked when it is due."),
        "milestone": ("On to a milestone", milestones,
                      "The open steps before it are passed over; nobody is asked about them any more."),
        "stop": ("Out of a journey", {str(one.run_id): one.name for one in options.under_way},
                 "It ends now: nothing more is asked in it. It can be begun anew where its entry allows."),
    }  # fmt: skip
    return {key: one for key, one in found.items() if one[1] or key == "segment"}


def _work(sheet: Sheet, kind: str, where: str) -> Work:
    programme, number = sheet.visit.console.programme, sheet.member_id
    match kind:
        case "start":
            return lambda session, hand: moves.start(session, programme, number, hand, where)
        case "stop":
            return lambda session, hand: moves.stop(session, programme, number, hand, int(where))
        case "milestone":
            run, _, milestone = where.partition(":")
            return lambda session, hand: moves.skip_to(session, programme, number, hand, int(run), milestone)
    segment = None if where == BY_RULE else where
    return lambda session, hand: moves.to_segment(session, programme, number, hand, segment)
