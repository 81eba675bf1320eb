"""What happens when a colleague types a slash command. The answer is for their eyes alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.errors import NotFound, Refused
from bot.handoff import asked, away, people
from bot.handoff.lookup import look_up
from bot.members.search import search, split
from bot.model import Absence, HandOff, InboxMessage, Member, Staff
from inbox import lookup
from inbox.answers import NOT_SHOWN, answer
from inbox.blocks import Block, section, when
from inbox.blocks import context as aside
from inbox.context import StaffContext
from inbox.links import Links, places
from inbox.people import admit
from slackkit.text import clip, mark, read

Body = dict[str, Any]

FOR = "handoff_for"
USAGE = {
    "/member": "Type a name, a member number, a phone number or an e-mail address: `/member Ana Diaz`",
    "/handoff": "Type who it is about and why: `/handoff Ana Diaz: wants to talk about her renewal`",
    "/away": "Type when you are away: `/away until Friday`, `/away 1 May..4 May`. `/away back` ends it.",
}
NOBODY = "Nobody is found by \u201c{}\u201d. Try more or less of the name, the member number, or an address."


class Usage(Refused):
    """Something is missing from a command: its author is told how it is written, in our formatted words."""

    def __init__(self, command: str) -> None:
        super().__init__(USAGE[command])
        self.command = command


@dataclass(frozen=True)
class Told:
    """What the colleague is shown; `text` is escaped already."""

    text: str
    blocks: list[Block] | None = None


@dataclass(frozen=True)
class Asking:
    """Who asked for what: the words after the command, and the address for the answer. An answer to a button takes the
    place of the message with the button."""

    item_id: int
    client: WebClient
    user: str
    url: str
    is_button: bool = False


Answer = Callable[[Asking], Told]
Find = Callable[[Session, Staff, InboxMessage], Answer]


class Commands:
    """Methods take what slack-bolt gives by name. What is asked again after a fault is done once and answered again."""

    def __init__(self, context: StaffContext, links: Links) -> None:
        self.context, self.links = context, links

    def register(self, app: App) -> None:
        app.command("/member")(self.member)
        app.command("/handoff")(self.hand_off)
        app.command("/away")(self.away)
        app.action(lookup.SHOW)(self.show)
        app.action(FOR)(self.hand_off_for)

    def member(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        """``/member NAME``: who it is, where they stand, and what comes next."""
        ack()
        said = words_of(body)

        def find(session: Session, _staff: Staff, _row: InboxMessage) -> Answer:
            if not said:
                raise Usage("/member")
            members = search(session, said)
            if len(members) == 1:
                return self._shown(session, members[0])
            return _among(said, members, lookup.SHOW, [str(one.id) for one in members], "Show")

        self._serve(body, client, context, find)

    def show(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        """One of several members was chosen."""
        ack()
        member_id = int(body["actions"][0]["value"])
        self._serve(body, client, context, lambda session, *_: self._shown(session, _member(session, member_id)))

    def hand_off(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        """``/handoff NAME: reason``: a case about a member."""
        ack()
        said = words_of(body)

        def find(session: Session, staff: Staff, row: InboxMessage) -> Answer:
            if not said:
                raise Usage("/handoff")
            members, reason = split(session, said)
            if len(members) == 1:
                return self._opened(session, staff, row, members[0], reason)
            return _among(said, members, FOR, [f"{one.id}:{row.id}" for one in members], "Open a case")

        self._serve(body, client, context, find)

    def hand_off_for(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        """One of several members was chosen; the reason stands in the command that asked."""
        ack()
        member_id, _, item_id = str(body["actions"][0]["value"]).partition(":")

        def find(session: Session, staff: Staff, row: InboxMessage) -> Answer:
            typed = session.get(InboxMessage, int(item_id))
            if typed is None or typed.address != row.body["payload"]["user"]["id"]:
                raise Refused("This list is out of date. Please type the command again.")
            reason = split(session, words_of(typed.body["payload"]))[1]
            return self._opened(session, staff, row, _member(session, int(member_id)), reason)

        self._serve(body, client, context, find)

    def away(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        """``/away until DATE``, ``/away back``, or nothing to see what is kept."""
        ack()
        said = words_of(body)

        def find(session: Session, staff: Staff, row: InboxMessage) -> Answer:
            now, inbox = self.context.clock.now(), self.context.programme.inbox
            if row.outcome is None and said:
                if away.is_back(said):
                    away.come_back(session, staff, now)
                else:
                    away.go(session, inbox, staff, said, now)
            told = _absences(away.coming(session, staff, now), said, zone=away.zone_of(inbox, staff))
            row.outcome = row.outcome or "away"
            return lambda _asking: told

        self._serve(body, client, context, find)

    def _serve(self, body: Body, client: WebClient, context: BoltContext, find: Find) -> None:
        """Finds out what to tell in one transaction; outside of it Slack is asked and told."""
        work, asking = context["work"], _asking(body, client, context)
        try:
            admit(self.context.db, client, asking.user)
            with self.context.db.begin() as session:
                row = session.get_one(InboxMessage, work.item_id, with_for_update=True)
                staff = people.known(session, asking.user)
                assert staff is not None
                found, outcome = find(session, staff, row), row.outcome
            told = found(asking)
        except Usage as problem:
            told, outcome = Told(USAGE[problem.command]), "refused"
        except (Refused, NotFound) as problem:
            told, outcome = Told(mark(problem.detail or str(problem))), "refused"
        shown = answer(self.context, asking.url, told.text, told.blocks, replace=asking.is_button)
        work.outcome = (outcome or "answered") if shown else NOT_SHOWN

    def _shown(self, session: Session, member: Member) -> Answer:
        found = look_up(session, self.context.programme, self.context.reach, member, self.context.clock.now())
        where = places(session, [found.case.case_id] if found.case is not None else [])

        def told(asking: Asking) -> Told:
            links = self.links.of(asking.client, where)
            return Told(lookup.headline(found), lookup.card(found, next(iter(links.values()), None)))

        return told

    def _opened(self, session: Session, staff: Staff, row: InboxMessage, member: Member, reason: str) -> Answer:
        """Opens the case once: the row remembers which."""
        if row.outcome is None:
            times = Times(self.context.clock.now(), self.context.clock.wall())
            if not reason:
                raise Usage("/handoff")
            done = asked.open_for(session, self.context.programme, self.context.reach, member, staff, reason, times)
            row.outcome = f"case:{done.case.id}:{'new' if done.is_new else 'added'}"
        _, number, how = row.outcome.split(":")
        case = session.get_one(HandOff, int(number))
        whose = f" It is for {case.assignee.name}." if case.assignee is not None else ""
        name, where = member.name, places(session, [case.id])
        said = f"Case {case.id} about {name} is open." if how == "new" else f"{name} has case {case.id} already."
        added = whose if how == "new" else " Your words were added to it." + whose

        def told(asking: Asking) -> Told:
            link = next(iter(self.links.of(asking.client, where).values()), None)
            text = mark(said + added)
            return Told(text, [section(text + (f" <{link}|Open it>" if link else ""))])

        return told


def words_of(body: Body) -> str:
    """What stands after the command, as it was typed."""
    return " ".join(read(str(body.get("text") or ""), lambda _user: "a colleague").split())


def _asking(body: Body, client: WebClient, context: BoltContext) -> Asking:
    user = body["user_id"] if "command" in body else body["user"]["id"]
    return Asking(context["work"].item_id, client, user, body["response_url"], is_button="command" not in body)


def _member(session: Session, member_id: int) -> Member:
    member = session.get(Member, member_id)
    if member is None:
        raise NotFound(f"member {member_id}")
    return member


def _among(said: str, members: list[Member], action: str, values: list[str], label: str) -> Answer:
    """A list to choose from."""
    if not members:
        raise Refused(NOBODY.format(clip(said, 100)))
    blocks = lookup.choice(said, members, action, values, label)
    return lambda _asking: Told("Several members may be meant.", blocks)


def _absences(coming: list[Absence], said: str, zone: ZoneInfo) -> Told:
    """What is kept of a colleague's absences, with the end as the first moment back."""
    lines = [f"\u2022 {when(one.starts_at, zone)} to {when(one.ends_at, zone)}" for one in coming[:10]]
    if not lines:
        text = "You are back: cases can be given to you." if said else "You are not away."
        return Told(text, [section(text), aside(USAGE["/away"])])
    title = "You are away, and cases go to others:"
    return Told(title, [section("\n".join([title, *lines])), aside("`/away back` ends it.")])
