"""What is at a member's hand."""

from __future__ import annotations

from datetime import timedelta

from bot.calls.phones import set_phone
from bot.members import handsets
from bot.model import ContactPoint, Member
from tests.support import cast
from tests.support.house import House


def people(house: House, **more: object) -> dict[str, handsets.Handset]:
    with house.db.begin() as session:
        return {one.first_name: one for one in handsets.people(session, **more)}  # type: ignore[arg-type]


def test_a_handset_has_the_addresses_of_its_member(house: House) -> None:
    house.bring("Hal", email="hal@example.org", consent_email=True)
    hal = people(house)["Hal"]
    assert hal.addresses == {"sms": cast.NUMBERS["Hal"], "email": "hal@example.org"} | {
        channel: address for channel, address in hal.addresses.items() if channel == "voice"
    }
    assert (hal.zone, hal.name) == ("America/New_York", "Hal Smith")


def test_it_says_why_an_address_may_not_be_written_to(house: House) -> None:
    house.bring("Ben", "Eve", "Fay")
    found = people(house)
    assert {name: found[name].closed.get("sms") for name in ("Ana", "Ben", "Eve", "Fay")} == {
        "Ana": None,
        "Ben": "said stop",
        "Eve": "has not agreed",
        "Fay": "does not work",
    }
    [point] = house.rows(ContactPoint, ContactPoint.address == cast.NUMBERS["Ana"])
    house.change(ContactPoint, point.id, lambda row: setattr(row, "unconfirmed_at", house.clock.now()))
    assert people(house)["Ana"].closed["sms"] == "not confirmed yet"


def test_a_page_shows_so_many_and_whom_it_asks_for(house: House) -> None:
    house.bring("Hal")
    last = house.bring("Ida")
    assert list(people(house, most=1)) == ["Ana"]
    assert list(people(house, most=1, also=[last])) == ["Ana", "Ida"]


def test_names_are_found_by_number_those_of_staff_too(house: House) -> None:
    with house.db.begin() as session:
        set_phone(session, cast.MARIA, "+12025550199", now=house.clock.now() + timedelta(0))
        found = handsets.names(session)
    assert found[cast.NUMBERS["Ana"]] == house.one(Member).name
    assert found["+12025550199"] == "Maria"
