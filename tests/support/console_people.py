"""A month in the life of an organisation: people for the pages of the console, and for their pictures.

Everything comes about as it does in earnest: members are enrolled, the scheduler asks, they answer, colleagues act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.clock import Times
from bot.db import Database
from bot.handoff import acts, asked, risk_rounds
from bot.members import consent, goals, merge
from bot.members.consent import Evidence
from bot.members.enrol import enrol, enrol_all
from bot.members.progress_by_staff import Mark, mark
from bot.members.table import MemberRow
from bot.model import Base, ContactPoint, Member, RoundState, Staff, SurveyAnswer, SurveyRound
from bot.programme.loader import load_programme
from bot.progress.steps import Said
from tests.support import cast
from tests.support.databases import empty_database
from tests.support.fake_dialogue import say
from tests.support.house import House
from tests.support.sandbox_clock import StillClock

CONTENT = Path(__file__).parents[2] / "journeys"
FIRST = datetime(2026, 10, 27, 15, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
MARIA, JONAS, PRIYA = "maria.okafor@example.org", "jonas.weber@example.org", "priya.nair@example.org"
SCRIPT = "<script>alert(1)</script>"
LONG = "Wilhelmina Theodora \U0001f98a " + "Featherstonehaugh-" * 4
DAY = timedelta(days=1)
SOON = timedelta(minutes=37)
TELEGRAM = "778899"

NAMES = (
    ("Ana", "Souza", "early", "America/New_York", MARIA),
    ("Ben", "Carter", "senior", "America/Chicago", JONAS),
    ("Dana", "Whitfield", "student", "America/Los_Angeles", PRIYA),
    ("Emeka", "Obi", "early", "America/New_York", MARIA),
    ("Ingrid", "Halvorsen", "senior", "Europe/Oslo", JONAS),
    ("Kenji", "Watanabe", "early", "Asia/Tokyo", MARIA),
    ("Leila", "Haddad", "student", "Europe/London", PRIYA),
    ("Mateo", "Ruiz", "early", "America/Denver", MARIA),
    ("Noor", "Rahman", "senior", "Europe/London", JONAS),
    ("Ruth", "Abrams", "retired", "America/New_York", PRIYA),
    ("Sofia", "Lindqvist", "early", "Europe/Stockholm", MARIA),
    ("Tom\u00e1s", "O\u2019Brien", "early", "Europe/Dublin", JONAS),
)
ANSWERS = (
    ("ease", "ces", 2, "2"), ("looked_for", "single", 1, "people"),
    ("stuck_on", "text", None, "every event is in the evening"),
)  # fmt: skip
"""What Ana says in the survey of the first month."""
JOINED = dict.fromkeys(("Ana", "Ben", "Dana", "Emeka", "Ingrid", "Kenji"), 0) | {
    "Leila": 6, "Mateo": 9, "Noor": 13, "Ruth": 16, "Sofia": 20, "Tom\u00e1s": 24,
}  # fmt: skip
"""After how many days of the month they join."""


def organisation(db: Database) -> House:
    """A house with the content that ships."""
    return House(db, load_programme(CONTENT), StillClock(FIRST))


@contextmanager
def house_in(folder: Path) -> Iterator[House]:
    """An `organisation` without members, on a database of its own in this folder."""
    with empty_database("sqlite", folder) as url:
        db = Database(url)
        Base.metadata.create_all(db.engine)
        yield organisation(db)
        db.close()


@contextmanager
def month_in(folder: Path) -> Iterator[People]:
    """`a_month` there."""
    with house_in(folder) as house:
        yield a_month(house)


@dataclass
class People:
    """Who is there, by first name; the clock stands at the end of the month."""

    house: House
    ids: dict[str, int]

    def within(self, work: Callable[[Session, Member], object], who: str = "Ana") -> None:
        with self.house.db.begin() as session:
            work(session, session.get_one(Member, self.ids[who]))


def row(first: str, last: str, number: int, joined: datetime, **more: Any) -> MemberRow:
    """A line of the file of members."""
    values: dict[str, Any] = {
        "line": 2, "member_number": f"FI-{1000 + number}", "first_name": first, "last_name": last,
        "email": f"m{number}@example.com", "phone": f"+1202555{number:04}", "time_zone": "America/New_York",
        "language": "en", "account": None, "joined_on": joined.date(), "consent_sms": True,
        "consent_source": "join form", "msm": MARIA, "traits": {}, "consent_email": number != 1,
        "renews_on": joined.date() + timedelta(days=364), "country": None, **more,
    }  # fmt: skip
    return MemberRow(**values)


def a_month(house: House) -> People:
    """Twelve people and what happened with them; Ana has everything that a page can show."""
    people = People(house, {})
    _staff(house)
    for day in range((TODAY - FIRST).days + 1):
        house.clock.set(FIRST + day * DAY)
        for number, (first, last, stage, zone, msm) in enumerate(NAMES, start=1):
            if JOINED[first] == day:
                traits = {"career_stage": stage, "years_in_profession": "3"}
                people.ids[first] = add(house, row(first, last, number, house.clock.now(), time_zone=zone, msm=msm,
                                                   traits=traits))  # fmt: skip
        house.settle()
        if (happens := DAYS.get(day)) is not None:
            happens(people)
            house.settle()
    risk_rounds.look(house.db, house.programme, house.clock)
    return people


def add(house: House, member: MemberRow) -> int:
    with house.db.begin() as session:
        return enrol(session, house.programme, member, source="test", now=house.clock.now()).member_id


def crowd(house: House, count: int = 60) -> None:
    """Many members of whom nothing is known but their record; two of them have trying names."""
    rows = []
    for number in range(count):
        first, last = (SCRIPT, "Smith") if number == 7 else (f"Person{number:02}", "Example")
        if number == 8:
            first, last = "Zo\u00eb", LONG[:100]
        stage = ("early", "senior", "student")[number % 3]
        rows.append(row(first, last, 300 + number, house.clock.now(), traits={"career_stage": stage},
                        msm=(MARIA, JONAS)[number % 2]))  # fmt: skip
    with house.db.begin() as session:
        enrol_all(session, house.programme, rows, source="test", now=house.clock.now())


def _staff(house: House) -> None:
    with house.db.begin() as session:
        for email, name in ((MARIA, "Maria Okafor"), (JONAS, "Jonas Weber"), (PRIYA, "Priya Nair")):
            session.add(Staff(email=email, name=name))


def _does(who: str, step: str, words: str = "yes, done") -> Callable[[People], None]:
    """A member answers that a step is done."""

    def happens(people: People) -> None:
        house = people.house
        house.clock.push(SOON)
        house.dialogue.answer = say("Wonderful, thank you for telling me.", intent="affirm")
        house.gets("sms", f"+1202555{_number(who):04}", words)

        def done(session: Session, member: Member) -> None:
            said = Said("member:sms", words)
            mark(session, house.programme, member, step, Mark.DONE, said, house.clock.now())

        people.within(done, who)

    return happens


def _number(who: str) -> int:
    return next(number for number, one in enumerate(NAMES, start=1) if one[0] == who)


def _several(*happenings: Callable[[People], None]) -> Callable[[People], None]:
    def happens(people: People) -> None:
        for one in happenings:
            one(people)
            people.house.clock.push(SOON)
            people.house.settle()

    return happens


def _writes_elsewhere(people: People) -> None:
    """Ana links Telegram and writes there."""
    house = people.house

    def link(session: Session, member: Member) -> None:
        at = Evidence("link", "pressed the link in the welcome message")
        point = consent.find(session, "telegram", TELEGRAM)
        assert point is not None
        consent.grant(session, point, at, house.clock.now())

    def keep(session: Session, member: Member) -> None:
        session.add(ContactPoint(member_id=member.id, channel="telegram", address=TELEGRAM))

    people.within(keep)
    people.within(link)
    house.dialogue.answer = say("Nice to see you here, Ana. I am Compass, the assistant.", intent="greet")
    house.gets("telegram", TELEGRAM, "Hi! It's easier for me here \U0001f60a")


def _wants(people: People) -> None:
    now = people.house.clock.now()
    people.within(lambda session, ana: goals.set_goal(session, ana, "learn what membership offers", "member:sms",
                                                      now))  # fmt: skip


def _wants_more(people: People) -> None:
    now = people.house.clock.now()

    def change(session: Session, ana: Member) -> None:
        goals.set_goal(session, ana, "find a mentor in structural engineering", "member:sms", now)
        goals.note_progress(session, ana, 40, "has two names", f"staff:{MARIA}", now)

    people.within(change)


def _answers(people: People) -> None:
    """The survey of the first week, with a reason."""
    now = people.house.clock.now()

    def keep(session: Session, ana: Member) -> None:
        asked_at = now - timedelta(hours=2)
        done = SurveyRound(
            member_id=ana.id, survey="day_30", occasion="joined early", due_at=asked_at, state=RoundState.ANSWERED,
            asked_at=asked_at, started_at=asked_at, finished_at=now, segment=ana.segment, channel="sms",
        )  # fmt: skip
        session.add(done)
        session.flush()
        for question, kind, number, text in ANSWERS:
            session.add(SurveyAnswer(
                member_id=ana.id, round_id=done.id, survey="day_30", question=question, kind=kind, number=number,
                text=text, channel="sms", asked_at=asked_at, at=now,
            ))  # fmt: skip

    people.within(keep)


def _stops_old_number(people: People) -> None:
    """Texts to the number of the record that was merged are not wanted."""
    now = people.house.clock.now()

    def stop(session: Session, ana: Member) -> None:
        point = consent.find(session, "sms", "+12025550041")
        assert point is not None
        consent.withdraw(session, point, Evidence("keyword", "STOP"), now)

    people.within(stop)


def _asks_for_a_person(people: People) -> None:
    """Ana says that she is stuck; Maria takes the case, writes, and resolves it."""
    house = people.house
    house.dialogue.answer = say("I am sorry to hear that. Maria will write to you today.", intent="ask_person")
    house.gets("telegram", TELEGRAM, "every event is in the evening and I have small kids")
    house.clock.push(SOON)
    house.settle()
    case = _case(people, "Ana", "Every event is in the evening, and she has small children.")
    first, second, third = (house.act(case, MARIA) for _ in range(3))
    with house.db.begin() as session:
        acts.reply(session, first, "Hi Ana, Maria here. Would a lunch-time visit work for you?",
                   to=("telegram", TELEGRAM))  # fmt: skip
    house.settle()
    house.clock.push(SOON)
    house.gets("telegram", TELEGRAM, "That would be lovely, thank you Maria!")
    house.clock.push(SOON)
    with house.db.begin() as session:
        acts.note(session, second, "Prefers lunch time. Told the events team.")
        acts.resolve(session, third, "Comes to the lunch talk on Thursday.", house.programme)


def _held_by_maria(people: People) -> None:
    case = _case(people, "Emeka", "Asks whether his employer can pay the fee.")
    act = people.house.act(case, MARIA)
    with people.house.db.begin() as session:
        acts.reply(session, act, "Hi Emeka, of course. Shall I send them an invoice?")


def _case(people: People, who: str, reason: str) -> int:
    house = people.house
    with house.db.begin() as session:
        maria = cast.colleague(session, MARIA)
        member = session.get_one(Member, people.ids[who])
        times = Times(house.clock.now(), house.clock.wall())
        opened = asked.open_for(session, house.programme, house.reach(), member, maria, reason, times)
        return opened.case.id


def _twice(people: People) -> None:
    """Ana was in the file twice; Maria made the two records one."""
    house = people.house
    other = add(house, row("Ana", "de Souza", 41, house.clock.now() - 2 * DAY, consent_email=False))
    with house.db.begin() as session:
        maria = cast.colleague(session, MARIA)
        merge.merge(session, session.get_one(Member, people.ids["Ana"]), session.get_one(Member, other), maria,
                    house.clock.now())  # fmt: skip


DAYS: dict[int, Callable[[People], None]] = {
    1: _several(_does("Ana", "first_sign_in"), _does("Ben", "first_sign_in")),
    3: _several(_does("Ana", "profile_form", "filled it in last night"), _writes_elsewhere, _wants),
    6: _does("Kenji", "first_sign_in"),
    9: _does("Ben", "profile_form"),
    12: _several(_twice, _wants_more, _does("Ana", "first_goal", "a mentor!")),
    14: _stops_old_number,
    17: _answers,
    22: _does("Ana", "interest_group", "yes, the structures group!"),
    23: _asks_for_a_person,
    26: _held_by_maria,
}
"""What happens on which day of the month."""
