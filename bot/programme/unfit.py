"""What a validator of the content raises."""

from __future__ import annotations


class Unfit(ValueError):
    """A value of the content that can't be used: `problem` says why, `remedy` says what to write instead."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
