"""Links, codes, e-mail links and proposals: who may connect an address to a member, and how often."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Thread

import pytest
import sqlalchemy as sa

from bot.config import Settings
from bot.db import Database
from bot.errors import Refused
from bot.language.claims import Claim
from bot.members import addresses, codes, consent, email_link, linking, propose
from bot.members.linking import Linked, NotLinked, Why
from bot.model import ConsentEvent, ContactPoint, LinkToken, Member, OutboxMessage
from tests.support.cast import NUMBERS
from tests.support.house import House

SETTINGS = Settings(
    _env_file=None,
    telegram_bot_name="CompassBot",
    messenger_page_name="guild",
    email_secret="s" * 40,
    public_base_url="https://bot.example.org/",
)
BEN = "no-Ben"


def issue(house: House, who: str = "Ana", channel: str = "telegram") -> str:
    with house.db.begin() as session:
        return linking.issue(session, session.get_one(Member, house.member(who).id), channel, house.clock.now())


def redeem(house: House, token: str, address: str = "900", channel: str = "telegram") -> Linked | NotLinked:
    with house.db.begin() as session:
        return linking.redeem(session, token, channel, address, house.clock.now())


def refused(house: House, token: str, address: str = "900", channel: str = "telegram") -> Why:
    result = redeem(house, token, address, channel)
    assert isinstance(result, NotLinked)
    return result.reason


def ask(house: House, claim: Claim, address: str = "900") -> None:
    with house.db.begin() as session:
        codes.ask(session, house.programme, claim, "telegram", address, house.times())


def enter(house: House, code: str, address: str = "900") -> Linked | NotLinked:
    with house.db.begin() as session:
        return codes.enter(session, code, "telegram", address, house.clock.now())


def sent_code(house: House) -> str:
    house.deliver()
    found = re.findall(r"\d{6}", (house.texts() + house.email.texts())[-1])
    return str(found[0])


def point(house: House, address: str) -> ContactPoint:
    return house.one(ContactPoint, ContactPoint.address == address)


# Links


def test_a_token_fits_into_a_deep_link_and_only_its_digest_is_kept(house: House) -> None:
    token = issue(house)
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", token)
    row = house.one(LinkToken)
    assert token not in repr(vars(row))
    assert row.expires_at == house.clock.now() + timedelta(hours=24)


def test_the_links_of_the_channels() -> None:
    assert linking.url(SETTINGS, "telegram", "t") == "https://t.me/CompassBot?start=t"
    assert linking.url(SETTINGS, "messenger", "t") == "https://m.me/guild?ref=t"
    with pytest.raises(Refused, match="no links for sms"):
        linking.url(SETTINGS, "sms", "t")
    with pytest.raises(Refused, match="MSB_TELEGRAM_BOT_NAME"):
        linking.url(Settings(_env_file=None), "telegram", "t")


def test_a_link_gives_an_address_that_is_not_confirmed_and_no_consent(house: House) -> None:
    result = redeem(house, issue(house))
    assert isinstance(result, Linked)
    assert (result.member.first_name, result.confirmed) == ("Ana", False)
    made = point(house, "900")
    assert (made.member_id, made.unconfirmed_at, made.consented_at) == (1, house.clock.now(), None)


def test_a_link_works_once(house: House) -> None:
    token = issue(house)
    redeem(house, token)
    assert refused(house, token, "901") is Why.USED
    assert isinstance(redeem(house, token), Linked)  # the same person pressed it twice
    assert len(house.rows(ContactPoint, ContactPoint.channel == "telegram")) == 1


def test_two_who_press_the_same_link_at_once_are_told_apart(db: Database) -> None:
    house = House(db)
    house.bring("Ana")
    token, results = issue(house), list[Linked | NotLinked]()
    pressing = [Thread(target=lambda at=at: results.append(redeem(house, token, at))) for at in ("900", "901")]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join(60)
    assert sorted(type(result).__name__ for result in results) == ["Linked", "NotLinked"]
    assert len(house.rows(ContactPoint, ContactPoint.channel == "telegram")) == 1


def test_a_link_lasts_a_day(house: House) -> None:
    token = issue(house)
    house.clock.push(timedelta(hours=24))
    assert refused(house, token) is Why.EXPIRED
    assert house.rows(ContactPoint, ContactPoint.channel == "telegram") == []


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 32, "x" * 10_000, "\u00fc"])
def test_a_token_that_is_not_ours_links_nothing(house: House, token: str) -> None:
    assert refused(house, token) is Why.UNKNOWN


def test_a_token_is_for_one_channel(house: House) -> None:
    assert refused(house, issue(house), channel="messenger") is Why.WRONG_CHANNEL


def test_a_confirmed_address_is_not_taken_from_another_member(house: House) -> None:
    house.bring("Hal")
    with house.db.begin() as session:
        hal = session.get_one(Member, house.member("Hal").id)
        addresses.attach(session, hal, "telegram", "900", house.clock.now(), confirmed=True)
    token = issue(house)
    assert refused(house, token) is Why.ADDRESS_TAKEN
    assert isinstance(redeem(house, token, "901"), Linked)


def test_a_claim_that_nobody_confirmed_gives_way(house: House) -> None:
    house.bring("Hal")
    redeem(house, issue(house, "Hal"))
    redeem(house, issue(house))
    assert point(house, "900").member_id == 1


def test_a_link_of_a_member_who_left_is_unknown(house: House) -> None:
    token = issue(house)
    house.change(Member, 1, lambda ana: setattr(ana, "status", "left"))
    assert refused(house, token) is Why.UNKNOWN


# Codes


def test_a_code_goes_to_the_number_on_file_and_links_who_types_it(house: House) -> None:
    ask(house, Claim(number="no-Ana"))
    code = sent_code(house)
    result = enter(house, code)
    assert isinstance(result, Linked)
    made = point(house, "900")
    assert (made.member_id, made.unconfirmed_at, made.consented_at) == (1, None, house.clock.now())
    assert isinstance(enter(house, code), NotLinked)


def test_a_code_is_not_kept_in_the_clear(house: House) -> None:
    ask(house, Claim(number="no-Ana"))
    code = sent_code(house)
    assert code not in repr(vars(house.one(LinkToken)))


def test_a_code_is_for_who_asked_for_it(house: House) -> None:
    ask(house, Claim(number="no-Ana"))
    code = sent_code(house)
    assert isinstance(enter(house, code, "901"), NotLinked)


def test_a_code_lasts_ten_minutes(house: House) -> None:
    ask(house, Claim(number="no-Ana"))
    code = sent_code(house)
    house.clock.push(timedelta(minutes=10))
    assert isinstance(enter(house, code), NotLinked)


def test_a_code_is_dead_after_five_tries(house: House) -> None:
    ask(house, Claim(number="no-Ana"))
    code = sent_code(house)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert isinstance(enter(house, wrong), NotLinked)
    assert isinstance(enter(house, code), NotLinked)


def test_a_new_code_ends_the_old_one(house: House) -> None:
    ask(house, Claim(number="no-Ana"))
    old = sent_code(house)
    ask(house, Claim(number="no-Ana"))
    new = sent_code(house)
    if new != old:
        assert isinstance(enter(house, old), NotLinked)
    assert isinstance(enter(house, new), Linked)


def test_a_member_without_a_usable_number_gets_the_code_by_email(house: House) -> None:
    house.bring("Fay", email="fay@example.org")
    ask(house, Claim(email="fay@example.org"))
    code = sent_code(house)
    assert house.email.texts("fay@example.org") == [f"Guild: {code}"]
    assert isinstance(enter(house, code), Linked)


def test_no_code_goes_to_a_number_that_said_stop(house: House) -> None:
    house.bring("Ben")
    ask(house, Claim(number=BEN))
    assert house.outbox() == []


def test_a_record_that_does_not_exist_leaves_the_same_traces_but_no_message(house: House) -> None:
    ask(house, Claim(number="no-such"))
    ask(house, Claim(email="nobody@example.org"))
    assert house.outbox() == []
    assert [token.member_id for token in house.rows(LinkToken)] == [None, None]
    with house.db.begin() as session:
        assert codes.is_asked(session, "telegram", "900", house.clock.now())
    assert isinstance(enter(house, "123456"), NotLinked)


def test_who_asks_is_bounded_whatever_they_name(house: House) -> None:
    def may() -> bool:
        with house.db.begin() as session:
            return codes.may_ask(session, "telegram", "900", house.clock.now())

    for number in ("no-Ana", "no-such", "no-other"):
        assert may()
        ask(house, Claim(number=number))
    assert not may()
    house.clock.push(timedelta(hours=24))
    assert may()


def test_a_members_phone_rings_three_times_a_day_whoever_asks(house: House) -> None:
    for n in range(5):
        ask(house, Claim(number="no-Ana"), f"{900 + n}")
    house.deliver()
    assert len(house.texts()) == 3


def test_a_code_does_not_undo_stop_on_that_channel(house: House) -> None:
    with house.db.begin() as session:
        ana = session.get_one(Member, 1)
        made = addresses.attach(session, ana, "telegram", "800", house.clock.now(), confirmed=True)
        assert made is not None
        consent.withdraw(session, made, consent.Evidence("keyword", "STOP"), house.clock.now())
    ask(house, Claim(number="no-Ana"))
    assert isinstance(enter(house, sent_code(house)), Linked)
    assert point(house, "900").consented_at is None


# E-mail


def test_the_link_in_an_email_confirms_its_address(house: House) -> None:
    house.bring("Hal", email="hal@example.org")
    with house.db.begin() as session:
        hal = session.scalars(sa.select(ContactPoint).where(ContactPoint.address == "hal@example.org")).one()
        hal.unconfirmed_at = house.clock.now()
        email_link.send(session, SETTINGS, house.programme, hal, house.times())
        email_link.send(session, SETTINGS, house.programme, hal, house.times())
    house.deliver()
    [text] = house.email.texts("hal@example.org")
    link = text.removeprefix("Hal, confirm: ")
    assert link.startswith("https://bot.example.org/confirm/")
    token = link.rpartition("/")[2]
    for _ in range(2):
        with house.db.begin() as session:
            assert isinstance(email_link.confirm(session, SETTINGS, token, house.clock.now()), Linked)
    made = point(house, "hal@example.org")
    assert (made.unconfirmed_at, made.consented_at) == (None, house.clock.now())
    assert [event.source for event in house.rows(ConsentEvent, ConsentEvent.channel == "email")] == ["email_link"]


def test_a_link_in_an_email_lasts_three_days_and_can_not_be_made_up(house: House) -> None:
    house.bring("Hal", email="hal@example.org")
    with house.db.begin() as session:
        hal = session.scalars(sa.select(ContactPoint).where(ContactPoint.address == "hal@example.org")).one()
        token = email_link.url(SETTINGS, hal, house.clock.now()).rpartition("/")[2]

    def reason(token: str) -> Why:
        with house.db.begin() as session:
            result = email_link.read(session, SETTINGS, token, house.clock.now())
        assert isinstance(result, NotLinked)
        return result.reason

    other = Settings(_env_file=None, email_secret="t" * 40)
    with house.db.begin() as session:
        forged = email_link.url(other, hal, house.clock.now()).rpartition("/")[2]
    for bad in (forged, token[:-2], token + "x", "", "x" * 5000, "a.b.c", "\u00fc"):
        assert reason(bad) is Why.UNKNOWN
    house.clock.push(timedelta(days=3))
    assert reason(token) is Why.EXPIRED


def test_without_a_secret_there_are_no_links_in_emails(house: House) -> None:
    with pytest.raises(Refused, match="MSB_EMAIL_SECRET"):
        email_link.url(Settings(_env_file=None), point(house, NUMBERS["Ana"]), house.clock.now())


# Proposals


def test_an_account_with_the_same_email_is_asked_once_and_not_assumed(house: House) -> None:
    for _ in range(2):
        with house.db.begin() as session:
            ana = session.get_one(Member, 1)
            asked = propose.propose(session, house.programme, ana, "telegram", "900", house.times())
            assert asked == Linked(ana, confirmed=False)
    house.deliver()
    assert house.chat.texts("900") == ["Are you Ana?"]
    assert house.one(OutboxMessage, OutboxMessage.channel == "telegram").body["choices"] == ["Yes", "No"]
    house.gets("telegram", "900", "no")
    with house.db.begin() as session:
        again = propose.propose(session, house.programme, session.get_one(Member, 1), "telegram", "900", house.times())
        assert again == NotLinked(Why.ADDRESS_TAKEN)
