"""What the words around the pieces of time say of them: that contact is held back, asked for, or not spoken of."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from bot.language import date_cues as cue
from bot.language import days as d
from bot.language.date_words import Atom, Clock, DayRange, Past


class Around:
    """A tidied text, with its pieces of time blanked out; `atoms` are those that may be about contact."""

    def __init__(self, said: str, atoms: list[Atom], today: date) -> None:
        self.said, self.today = said, today
        self.past = any(isinstance(a.meaning, Past) for a in atoms)
        self.rest = said
        for a in atoms:
            self.rest = self.rest[: a.start] + "\0" * (a.end - a.start) + self.rest[a.end :]
        self.away = bool(cue.AWAY.search(cue.NOT_AWAY.sub(" ", self.rest)))
        self.atoms = self._settled([a for a in atoms if not (isinstance(a.meaning, Past) or self._is_elsewhere(a))])

    def lead(self, atom: Atom) -> str:
        """The words between the piece before and this one."""
        return self.rest[: atom.start].rpartition("\0")[2].rstrip(" ,:")

    def trail(self, atom: Atom) -> str:
        """The words between this piece and the next."""
        return self.rest[atom.end :].partition("\0")[0]

    def holds(self, atom: Atom) -> bool:
        """Whether contact may begin then, and not before: until, back on, not before."""
        lead = self.lead(atom)
        if cue.HOLDS.search(lead) or cue.NOT_BEFORE.search(lead):
            return True
        if cue.BACK.search(lead) and not cue.ASKS_BACK.search(lead):
            return True
        return bool(cue.BACK_THEN.match(self.trail(atom)))

    def first_held(self, days: list[Atom]) -> Atom:
        """The day of the return where one is told, else the first until which contact is held back."""
        held = [a for a in days if self.holds(a)]
        return next((a for a in held if cue.BACK.search(self.lead(a))), (held or days)[0])

    def is_about_contact(self) -> bool:
        """A time in a story, in a question to us, or in somebody's calendar asks for nothing."""
        if cue.FAREWELL.search(self.rest) or (cue.ASKS_US.match(self.said) and not cue.ASKS_ME.search(self.rest)):
            return False
        held = self.away or any(self.holds(a) for a in self.atoms)
        if held or cue.ASKS.search(self.rest):
            return True
        if self.past or cue.HAPPENED.search(self.rest):
            return False
        if any(isinstance(a.meaning, DayRange) for a in self.atoms):
            return True
        words = [word for word in cue.FILLER.sub(" ", self.rest).split() if word.strip("'") and not word.isdigit()]
        return len(words) <= 1 and re.fullmatch(r"\W*\d{1,2}/\d{1,2}\W*", self.said) is None

    def _is_elsewhere(self, atom: Atom) -> bool:
        """Whether the day is that of an event or of something done: "the gala on Friday", "I sent it on the 3rd"."""
        lead = self.lead(atom)
        if cue.HOLDS.search(lead) or cue.BACK.search(lead):
            return False
        of_a_thing = cue.OF_A_THING.search(lead) and not cue.TO_US.search(lead)
        return bool(of_a_thing or cue.DONE_ON.search(lead))

    def _settled(self, atoms: list[Atom]) -> list[Atom]:
        """Without the days that are refused (``not Monday``) or corrected (``Monday, no, Tuesday``)."""
        kept: list[Atom] = []
        for atom in atoms:
            lead = self.lead(atom)
            if (
                kept
                and cue.CORRECTS.search(self.rest[kept[-1].end : atom.start])
                and type(atom.meaning) is type(kept[-1].meaning)
            ):
                kept = []
            elif cue.NOT.search(lead) and not cue.HOLDS.search(lead):
                continue
            kept.append(atom)
        others = [a for a in kept if not (isinstance(a.meaning, d.Fixed | d.Span) and self._is_current(a.meaning))]
        both = len(others) < len(kept) and any(not isinstance(a.meaning, Clock) for a in others)
        joined = any(cue.TO.match(self.rest[x.end : y.start]) for x, y in pairwise(kept))
        return others if both and not joined else kept

    def _is_current(self, meaning: d.Fixed | d.Span) -> bool:
        return (meaning.on if isinstance(meaning, d.Fixed) else meaning.first) == self.today
