"""Signing in with an account of the organisation: real requests to the console and to a provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.access import sessions
from bot.model import AuditEntry, ConsoleSession, Role, Staff
from console.access.door import COOKIE
from console.mount import Mounted
from sandbox.oidc.provider import PEOPLE, Fault, Person
from tests.support import cast
from tests.support.console import Site, console_for
from tests.support.oidc import Accounts, accounts, walk

ADA, MARIA, SAM, EVE = (one.email for one in PEOPLE)
ROLES = {"oidc_role_claim": "groups", "oidc_roles": {"it": "admin", "member-success": "manager"}}
OF_DISCOVERY = (Fault.DOWN, Fault.OTHER_ISSUER_IN_DISCOVERY)
OfSite = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def served_accounts() -> Iterator[Accounts]:
    with accounts() as found:
        yield found


@pytest.fixture
def at(served_accounts: Accounts) -> Accounts:
    """The provider, with the people and faults of a new one."""
    served_accounts.provider.people = list(PEOPLE)
    served_accounts.provider.fault = None
    return served_accounts


@pytest.fixture
def console(site: Site, mounted: tuple[str, Mounted], at: Accounts) -> Iterator[OfSite]:
    """A browser without pictures at the console, which has these settings for signing in."""
    opened: list[httpx.Client] = []

    def open_with(**settings: Any) -> httpx.Client:
        mounted[1].console = console_for(site.house, None, **at.settings(site.address, **settings))
        opened.append(httpx.Client(base_url=site.address, timeout=20))
        return opened[-1]

    yield open_with
    for client in opened:
        client.close()


def roles(site: Site) -> dict[str, Role | None]:
    with site.house.db.begin() as session:
        return {one.email: one.role for one in session.scalars(sa.select(Staff))}


def refusals(site: Site) -> list[str | None]:
    with site.house.db.begin() as session:
        return list(session.scalars(sa.select(AuditEntry.reason).where(AuditEntry.action == "console.refused")))


def give(site: Site, email: str, role: Role | None) -> None:
    with site.house.db.begin() as session:
        cast.colleague(session, email).role = role


def test_an_account_comes_in_with_the_role_that_an_admin_gave(site: Site, console: OfSite) -> None:
    give(site, MARIA, Role.MANAGER)
    client = console()
    answer = walk(client, MARIA, "/members?search=ana")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/members?search=ana")
    assert client.get("/console/").status_code == 200
    assert refusals(site) == []


def test_nobody_comes_in_without_a_role(site: Site, console: OfSite) -> None:
    give(site, SAM, None)
    for email in (SAM, ADA):
        client = console()
        answer = walk(client, email)
        assert answer.status_code == 403
        assert "has no role in this console" in answer.text
        assert COOKIE not in client.cookies
    assert refusals(site) == ["no_role", "no_role"]


def test_groups_give_the_greatest_of_their_roles_and_make_a_colleague(site: Site, console: OfSite) -> None:
    client = console(**ROLES)
    assert walk(client, ADA).status_code == 303
    assert walk(console(**ROLES), MARIA).status_code == 303
    assert roles(site) == {ADA: Role.ADMIN, MARIA: Role.MANAGER}


def test_groups_may_stand_deep_within_the_claims(site: Site, console: OfSite) -> None:
    assert walk(console(**{**ROLES, "oidc_role_claim": "realm_access.roles"}), ADA).status_code == 303
    assert roles(site) == {ADA: Role.ADMIN}


def test_whoever_left_the_group_loses_the_role_and_is_signed_out_everywhere(
    site: Site, console: OfSite, at: Accounts
) -> None:
    walk(console(**ROLES), MARIA)
    at.provider.people = [Person(MARIA, "Maria Keller", ("finance",))]
    assert walk(console(**ROLES), MARIA).status_code == 403
    assert roles(site) == {MARIA: None}
    with site.house.db.begin() as session:
        assert session.scalars(sa.select(ConsoleSession.ended_at)).one() is not None


def test_an_address_that_nobody_checked_does_not_count(site: Site, console: OfSite) -> None:
    assert walk(console(**ROLES), EVE).status_code == 403
    assert walk(console(**ROLES, oidc_trust_email=True), EVE).status_code == 403
    assert refusals(site) == ["address_not_checked", "address_not_checked"]


def test_a_provider_that_says_nothing_of_addresses_is_believed_if_the_settings_say_so(
    site: Site, console: OfSite, at: Accounts
) -> None:
    at.provider.people = [Person(ADA, "Ada Lovelace", ("it",), verified=None)]
    assert walk(console(**ROLES), ADA).status_code == 403
    assert walk(console(**ROLES, oidc_trust_email=True), ADA).status_code == 303


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault not in (*OF_DISCOVERY, Fault.EXPIRED)])
def test_an_answer_with_a_fault_signs_nobody_in(site: Site, console: OfSite, at: Accounts, fault: Fault) -> None:
    client = console(**ROLES)
    at.provider.fault = fault
    assert walk(client, ADA).status_code == 403
    assert COOKIE not in client.cookies
    assert roles(site) == {}


def test_a_token_that_has_run_out_signs_nobody_in(site: Site, console: OfSite, at: Accounts) -> None:
    client = console(**ROLES)
    at.provider.fault = Fault.EXPIRED
    answer = walk(client, ADA)
    assert (answer.status_code, roles(site)) == (403, {})
    assert "could not be checked" in answer.text


def test_a_new_key_of_the_provider_is_fetched(site: Site, console: OfSite, at: Accounts) -> None:
    assert walk(console(**ROLES), ADA).status_code == 303
    at.provider.turn_key()
    assert walk(console(**ROLES), ADA).status_code == 303


@pytest.mark.parametrize("fault", OF_DISCOVERY)
def test_a_provider_that_is_down_or_another_one_is_told_plainly(console: OfSite, at: Accounts, fault: Fault) -> None:
    at.provider.fault = fault
    answer = console(oidc_client_id=f"unknown to it: {fault}").get("/console/sign-in/oidc")
    assert answer.status_code == 502
    assert "does not answer as it should" in answer.text


def test_whoever_declines_at_the_provider_is_told_so(console: OfSite) -> None:
    answer = walk(console(**ROLES), "")
    assert answer.status_code == 403
    assert "did not agree" in answer.text


def test_a_code_of_another_browser_signs_nobody_in(site: Site, console: OfSite) -> None:
    victim, thief = console(**ROLES), console(**ROLES)
    asked = thief.get("/console/sign-in/oidc")
    where = httpx.URL(asked.headers["location"])
    back = httpx.post(where.copy_with(query=None), data={**where.params, "email": ADA}).headers["location"]
    assert victim.get(back).status_code == 400
    victim.get("/console/sign-in/oidc")
    answer = victim.get(back)
    assert (answer.status_code, COOKIE in victim.cookies) == (403, False)
    assert roles(site) == {}


def test_a_session_of_before_ends_with_the_new_one(site: Site, console: OfSite) -> None:
    client = console(**ROLES)
    walk(client, ADA)
    first = client.cookies[COOKIE]
    walk(client, ADA)
    with site.house.db.begin() as session:
        assert sessions.who(session, first, site.console.clock.wall()) is None
        assert sessions.who(session, client.cookies[COOKIE], site.console.clock.wall()) is not None


def test_without_a_provider_there_is_no_such_way(site: Site, console: OfSite) -> None:
    client = console(oidc_issuer="")
    assert client.get("/console/sign-in/oidc").status_code == 404
    assert "organisation" not in client.get("/console/sign-in").text
