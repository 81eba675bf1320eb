"""What somebody was typing: kept in this process, so that a page that is opened again still has it."""

from __future__ import annotations

from collections import OrderedDict

MOST = 500


class Drafts:
    """The last drafts, by colleague and case; of more than `most` the oldest are forgotten."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[int, int, str], str] = OrderedDict()

    def of(self, staff_id: int, case_id: int, kind: str) -> str:
        return self._kept.get((staff_id, case_id, kind), "")

    def keep(self, staff_id: int, case_id: int, kind: str, text: str) -> None:
        """Empty words are forgotten."""
        key = (staff_id, case_id, kind)
        self._kept.pop(key, None)
        if text.strip():
            self._kept[key] = text
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


DRAFTS = Drafts()
