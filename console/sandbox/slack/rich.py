"""Rich text blocks as paragraphs of runs. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from console.sandbox.slack.mrkdwn import EMOJI, Names, Paragraph, Run, date, join, safe_address

Json = dict[str, Any]
BULLET = "\u2022"


def rich_paragraphs(block: Json, names: Names) -> list[Paragraph]:
    """Of a ``rich_text`` block: sections, lists, quotes and preformatted text."""
    made: list[Paragraph] = []
    for part in block.get("elements", []):
        match part.get("type"):
            case "rich_text_list":
                made.append(Paragraph("text", join(list(_list(part, names)))))
            case "rich_text_quote":
                made.append(Paragraph("quote", join(list(_runs(part, names)))))
            case "rich_text_preformatted":
                made.append(Paragraph("code", join(list(_runs(part, names)))))
            case _:
                made.append(Paragraph("text", join(list(_runs(part, names)))))
    return made


def _list(part: Json, names: Names) -> Iterator[Run]:
    indent = "    " * int(part.get("indent") or 0)
    for number, item in enumerate(part.get("elements", []), start=1):
        mark = f"{number}." if part.get("style") == "ordered" else BULLET
        yield Run(("\n" if number > 1 else "") + f"{indent}{mark} ")
        yield from _runs(item, names)


def _runs(part: Json, names: Names) -> Iterator[Run]:
    for one in part.get("elements", []):
        look = one.get("style") or {}
        like = Run(
            "", bool(look.get("bold")), bool(look.get("italic")), bool(look.get("strike")), bool(look.get("code"))
        )
        match one.get("type"):
            case "link":
                address = str(one.get("url") or "")
                yield replace(like, text=str(one.get("text") or address), href=safe_address(address))
            case "emoji":
                yield replace(like, text=EMOJI.get(str(one.get("name")), f":{one.get('name')}:"))
            case "user":
                identifier = str(one.get("user_id"))
                yield replace(like, text=f"@{names.get(identifier, identifier)}", mention=True)
            case "channel":
                identifier = str(one.get("channel_id"))
                yield replace(like, text=f"#{names.get(identifier, identifier)}", mention=True)
            case "broadcast":
                yield replace(like, text=f"@{one.get('range')}", mention=True)
            case "date":
                yield replace(
                    like, text=str(one.get("fallback") or date(int(one["timestamp"]), str(one.get("format"))))
                )
            case _:
                yield replace(like, text=str(one.get("text") or ""))
