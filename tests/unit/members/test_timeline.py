"""A member's whole story and the conversation, page by page."""

from __future__ import annotations

import pytest

from bot.db import Database
from bot.errors import NotFound, Refused
from bot.members import acts, dossier, timeline
from bot.members.hand import Hand
from bot.members.progress_by_staff import Mark
from bot.members.timeline import Conversation, Entry, Kind, Page, Said
from tests.support import cast, console_people
from tests.support.house import House


@pytest.fixture
def ana(house: House) -> House:
    """Ana has been asked, has answered, was paused, and Maria wrote to her."""
    house.settle()
    house.says("hello")
    house.deliver()
    with house.db.begin() as session:
        hand = Hand("console:maria@example.org", house.times(), cast.colleague(session).id)
        acts.note(session, 1, hand, "likes mornings", "n1")
        acts.mark_step(session, house.programme, 1, hand, "form", Mark.DONE, "saw it")
        acts.write(session, house.programme, house.reach(), 1, hand, "Maria here.", "1", "w1")
    house.deliver()
    house.enqueue("Your code is 123456", member_id=1, rule="identity:code")
    return house


def read(house: House, **wanted: object) -> Page:
    with house.db.begin() as session:
        return timeline.timeline(session, house.programme, 1, **wanted)  # type: ignore[arg-type]


def talk(house: House, **wanted: object) -> Conversation:
    with house.db.begin() as session:
        return timeline.conversation(session, house.programme, 1, **wanted)  # type: ignore[arg-type]


def told(page: Page, kind: Kind) -> list[Entry]:
    return [entry for entry in page.entries if entry.kind is kind]


def test_a_story_tells_what_was_said_done_and_noted(ana: House) -> None:
    page = read(ana)
    assert page.older is None
    texts = [entry.text for entry in told(page, Kind.MESSAGE)]
    assert {"hello", "Maria here."} <= set(texts)
    maria = next(entry for entry in page.entries if entry.text == "Maria here.")
    assert (maria.by, maria.by_staff, maria.is_ours, maria.state) == ("Maria", True, True, "sent")
    assert [(entry.text, entry.by) for entry in told(page, Kind.NOTE)] == [("likes mornings", "Maria")]
    done = next(entry for entry in told(page, Kind.JOURNEY) if "done" in entry.what)
    assert (done.by, done.by_staff, done.why) == ("Maria", True, "saw it")
    assert told(page, Kind.CONSENT)[0].why == "form"
    assert [entry.at for entry in page.entries] == sorted((entry.at for entry in page.entries), reverse=True)


def test_codes_are_for_the_member_alone(ana: House) -> None:
    assert all("123456" not in (entry.text or "") for entry in read(ana).entries)
    assert [line.is_private for line in talk(ana).lines if "alone" in line.text] == [True]


def test_only_kinds_that_are_wanted_and_what_staff_did(ana: House) -> None:
    assert {entry.kind for entry in read(ana, kinds=[Kind.CONSENT, Kind.NOTE]).entries} == {Kind.CONSENT, Kind.NOTE}
    by_staff = read(ana, by_staff=True).entries
    assert by_staff
    assert all(entry.by_staff for entry in by_staff)
    for kind in Kind:
        assert {entry.kind for entry in read(ana, kinds=[kind]).entries} <= {kind}


@pytest.mark.parametrize("most", [1, 3, 7])
def test_pages_follow_each_other_without_a_gap(ana: House, most: int) -> None:
    whole, found, older = read(ana).entries, list[Entry](), None
    while True:
        page = read(ana, most=most, older=older)
        found, older = [*found, *page.entries], page.older
        if older is None:
            break
    assert found == list(whole)


def test_a_conversation_is_in_order_and_paged(ana: House) -> None:
    whole, found, older = talk(ana).lines, list[Said](), None
    assert [line.text for line in whole if line.author in (None, "Maria")] == ["hello", "Maria here."]
    while True:
        page = talk(ana, most=1, older=older)
        found, older = [*page.lines, *found], page.older
        if older is None:
            break
    assert found == list(whole)


@pytest.mark.parametrize("older", ["", "x", "2026-11-24|log|1", "a|b|c", "2026-11-24T10:00:00+00:00|log|x"])
def test_a_page_that_nobody_gave_is_refused(ana: House, older: str) -> None:
    with pytest.raises(Refused):
        read(ana, older=older)


def test_nobody_has_no_story(house: House) -> None:
    with house.db.begin() as session:
        for look in (timeline.timeline, timeline.conversation):
            with pytest.raises(NotFound):
                look(session, house.programme, 99)
        with pytest.raises(NotFound):
            dossier.dossier(session, house.programme, 99, house.clock.now())


def test_a_month_of_an_organisation_can_be_told_of_everybody(db: Database) -> None:
    house = console_people.organisation(db)
    people = console_people.a_month(house)
    with db.begin() as session:
        for name, number in people.ids.items():
            page = dossier.dossier(session, house.programme, number, house.clock.now())
            assert page.person.name.startswith(name)
            assert page.ways
            assert page.consents
            story = timeline.timeline(session, house.programme, number, most=200).entries
            assert story[-1].at <= story[0].at
            assert all(entry.what for entry in story)
        ana = dossier.dossier(session, house.programme, people.ids["Ana"], house.clock.now())
    assert ana.merges
    assert ana.goals[0].notes
    assert ana.surveys
    assert ana.cases
    assert {address.is_usable for address in ana.addresses} == {True, False}
