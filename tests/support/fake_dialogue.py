"""A dialogue engine with a memory: like the real one, it answers a repeated message id with the same words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.errors import DialogueUnavailable
from bot.ports import Answer, Turn, Utterance


def say(*texts: str, intent: str | None = "greet", choices: tuple[str, ...] = ()) -> Answer:
    """An answer in these words; the choices belong to the last of them."""
    said = [Utterance(text) for text in texts[:-1]] + [Utterance(text, choices) for text in texts[-1:]]
    return Answer(said, intent, 0.9)


@dataclass
class FakeDialogue:
    """Answers "you said: ..." unless told otherwise. `meanwhile` happens inside the turn, as actions do."""

    turns: list[Turn] = field(default_factory=list)
    is_down: bool = False
    answer: Answer | None = None
    raises: BaseException | None = None
    meanwhile: Callable[[Turn], object] | None = None
    _said: dict[str, Answer] = field(default_factory=dict)

    def turn(self, turn: Turn) -> Answer:
        self.turns.append(turn)
        if self.is_down:
            raise DialogueUnavailable("down")
        if self.raises is not None:
            raise self.raises
        if turn.message_id in self._said:
            return replace(self._said[turn.message_id], duplicate=True)
        if self.meanwhile is not None:
            self.meanwhile(turn)
        answer = self.answer or say(f"you said: {turn.text}")
        self._said[turn.message_id] = answer
        return answer
