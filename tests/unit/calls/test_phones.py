"""The phones of staff."""

from __future__ import annotations

import pytest

from bot.calls.phones import set_phone
from bot.errors import NotFound, Refused
from bot.model import AuditEntry, Staff
from tests.support.cast import MARIA
from tests.support.house import House


@pytest.mark.parametrize(("written", "kept"), [("+1 202-555-0190", "+12025550190"), ("", None), ("  ", None)])
def test_a_phone_is_kept_in_its_one_form_or_removed(house: House, written: str, kept: str | None) -> None:
    with house.db.begin() as session:
        set_phone(session, MARIA.upper(), written, now=house.clock.now())
    assert house.one(Staff, Staff.email == MARIA).phone == kept
    assert len(house.rows(AuditEntry, AuditEntry.action == "staff.phone")) == 1


@pytest.mark.parametrize("written", ["555-0190", "maria", "+1"])
def test_what_is_no_number_is_refused(house: House, written: str) -> None:
    with pytest.raises(Refused), house.db.begin() as session:
        set_phone(session, MARIA, written, now=house.clock.now())
    assert house.one(Staff, Staff.email == MARIA).phone is None


def test_who_is_not_known_has_no_phone(house: House) -> None:
    with pytest.raises(NotFound), house.db.begin() as session:
        set_phone(session, "nobody@example.org", "+12025550190", now=house.clock.now())
