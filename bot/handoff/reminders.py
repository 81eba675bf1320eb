"""The ladder of a case that waits: who is reminded of it, in which way, until somebody acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot import audit, metrics
from bot.clock import Times
from bot.handoff import cases, desk, letters, routing
from bot.model import EntryKind, HandOff, Staff
from bot.outreach.rungs import Rest, walk
from bot.programme.inbox import CaseRung
from bot.programme.models import Programme

SLACK, EMAIL = "slack", "email"


@dataclass(frozen=True)
class Means:
    """The ways to staff that are set up. Without Slack a person is reminded by e-mail."""

    slack: bool
    email: bool

    def way(self, rung: CaseRung) -> str | None:
        """How this rung reminds; None: it can't."""
        if rung.by == SLACK and self.slack:
            return SLACK
        return EMAIL if self.email else None


@dataclass(frozen=True)
class Scene:
    """What a look at a case needs."""

    session: Session
    programme: Programme
    means: Means
    times: Times


@dataclass(frozen=True)
class Listener:
    """Who hears of it: a colleague, or the whole team. `email` is where an e-mail goes."""

    name: str
    email: str
    person: Staff | None


def remind(scene: Scene, case: HandOff) -> None:
    """Climbs the case's ladder by what is due: the next rung that reaches somebody, if any is left."""
    rungs, time = scene.programme.inbox.ladder, routing.time_of(scene.programme.inbox, case.team, case.priority)

    def look(number: int, rung: CaseRung) -> Rest | None:
        listener, way = _listener(scene, case, rung), scene.means.way(rung)
        if listener is None or way is None or _knows(scene, case, rungs[:number], rung, listener):
            return None
        _tell(scene, case, number, way, listener)
        return Rest(number + 1, time.after(scene.times.now, rung.wait))

    rest = walk(rungs, case.rung, look)
    if rest is None and case.rung == 0:
        cases.add_entry(scene.session, case, EntryKind.EVENT, "bot", "Nobody could be reminded.", scene.times.now)
    case.rung, case.reminded_at = rest.rung if rest is not None else len(rungs), scene.times.now


def _listener(scene: Scene, case: HandOff, rung: CaseRung) -> Listener | None:
    """Whom the rung is for; None when they are away, or the content knows no such person."""
    inbox = scene.programme.inbox
    team = routing.desk_of(inbox, case.team)
    if rung.to == "assignee" and case.assignee is not None:
        return _present(scene, case.assignee)
    if team is None:
        return None
    match rung.to:
        case "deputy":
            return _present(scene, routing.colleague(scene.session, team.deputy or team.lead))
        case "lead":
            return _present(scene, routing.colleague(scene.session, team.lead))
        case _:
            return Listener(team.name, team.email, None)


def _present(scene: Scene, person: Staff) -> Listener | None:
    away = routing.is_absent(scene.session, person, scene.times.now)
    return None if away else Listener(person.name, person.email, person)


def _knows(scene: Scene, case: HandOff, before: Sequence[CaseRung], rung: CaseRung, listener: Listener) -> bool:
    """Whether an earlier rung has told the same people in the same way: nobody has to hear it twice."""
    return any(one.by == rung.by and _listener(scene, case, one) == listener for one in before)


def _tell(scene: Scene, case: HandOff, number: int, way: str, listener: Listener) -> None:
    session, times = scene.session, scene.times
    occasion = f"reminder:{number + 1}:{times.now:%Y%m%dT%H%M%S}"
    if way == SLACK:
        said = f"{listener.name}: {letters.late(scene.programme, case, times.now)}"
        mention = listener.person.slack_user if listener.person is not None else None
        desk.tell(session, case, "reminder", occasion, now=times.now, wall=times.wall, text=said, mention=mention,
                  warns=True)  # fmt: skip
    else:
        letter = letters.reminder(scene.programme, case, times.now)
        letters.send(session, scene.programme, case, letter, to=listener.email, occasion=occasion, times=times)
    told = f"Reminded {listener.name} {'in Slack' if way == SLACK else 'by e-mail'}."
    cases.add_entry(session, case, EntryKind.EVENT, "bot", told, times.now)
    audit.write(session, times.now, "bot", "hand_off.reminded", member_id=case.member_id, subject=f"case:{case.id}",
                reason=f"rung {number + 1}: {listener.email}")  # fmt: skip
    metrics.hand_offs.labels("reminded", case.reason).inc()
