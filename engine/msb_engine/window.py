"""Keeps a conversation short: only its recent events, and the state that came before them, are stored.

Rasa's cost for a message grows with every event of the session; with a window it stays what it was on the first day.
"""

from __future__ import annotations

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

LONGEST = 60
KEPT = 30


def recent_events(tracker: DialogueStateTracker, longest: int = LONGEST, kept: int = KEPT) -> list[Event]:
    """All events while there are `longest` at most, else the state as events followed by about the last `kept`.

    The kept events begin with a message of the member, so that a turn is never cut in two.
    """
    events = list(tracker.events)
    if len(events) <= longest:
        return events
    cut = _start_of_turn(events, len(events) - kept)
    return [*_state_before(tracker, events[:cut], events[cut:]), *events[cut:]]


def _start_of_turn(events: list[Event], at_least: int) -> int:
    turns = (index for index in range(at_least, len(events)) if isinstance(events[index], UserUttered))
    return next(turns, len(events))


def _state_before(tracker: DialogueStateTracker, before: list[Event], after: list[Event]) -> list[Event]:
    """The slots and the form as they were before the cut, as events at the moment of the cut."""
    moment = (after[0] if after else before[-1]).timestamp
    state = DialogueStateTracker.from_events(tracker.sender_id, before, tracker.slots.values())
    head: list[Event] = [
        SlotSet(slot.name, slot.value, timestamp=moment)
        for slot in state.slots.values()
        if slot.value != slot.initial_value
    ]
    if state.active_loop and state.active_loop.name:
        head.append(ActiveLoop(state.active_loop.name, timestamp=moment))
    return [*head, ActionExecuted(ACTION_LISTEN_NAME, timestamp=moment)]
