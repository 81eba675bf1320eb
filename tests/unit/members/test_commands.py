"""What staff do from the command line, and the page behind the link in an e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from app import confirm
from app.commands.members import link, look_up
from app.wiring import Application, build
from bot.config import Settings
from bot.errors import NotFound, Refused
from bot.handoff import people
from bot.model import ContactPoint, LinkToken, OutboxMessage
from channels import slack, sms
from tests.channels.provider import Answer, Provider, serve
from tests.channels.world import make_settings
from tests.support import cast
from tests.support.asgi_client import AsgiClient
from tests.support.house import House


@pytest.fixture
def application(house: House, tmp_path: Path) -> Iterator[Application]:
    """The application on the house's database, with the names and the secret that links need."""
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{tmp_path / 'unused.db'}",
        telegram_bot_name="CompassBot",
        email_secret="s" * 40,
        public_base_url="https://bot.example.org",
    )
    made = build(settings, clock=house.clock, dialogue=house.dialogue)
    yield replace(made, db=house.db, programme=house.programme)
    made.close()


@pytest.fixture
def browser(application: Application) -> AsgiClient:
    gateway = FastAPI()
    gateway.state.application = application
    gateway.include_router(confirm.router)
    return AsgiClient(gateway)


def test_a_link_is_printed_and_works(house: House, application: Application) -> None:
    printed = link(application, "no-Ana", "telegram")
    token = printed.removeprefix("https://t.me/CompassBot?start=")
    assert house.gets("telegram", "900", event="start", token=token).outcome == "identity:asked"


def test_no_token_is_made_for_a_channel_without_links(house: House, application: Application) -> None:
    for channel in ("messenger", "sms", "slack"):
        with pytest.raises(Refused):
            link(application, "no-Ana", channel)
    assert house.rows(LinkToken) == []
    with pytest.raises(NotFound, match="no-such"):
        link(application, "no-such", "telegram")


def test_an_account_is_asked_and_not_taken_from_another(house: House, application: Application) -> None:
    house.bring("Hal")
    assert link(application, "no-Ana", "telegram", "900") == "Asked 900 to confirm."
    house.gets("telegram", "900", "yes")
    assert link(application, "no-Ana", "telegram", "900") == "900 is connected already."
    with pytest.raises(Refused, match="somebody else's"):
        link(application, "no-Hal", "telegram", "900")


USER = {"ok": True, "user": {"id": "U0ANA", "team_id": "T0TEAM"}}


def in_slack(application: Application, provider: Provider) -> Application:
    settings = make_settings(slack_member_api_base=provider.url, send_timeout_seconds=1)
    return replace(application, channels={"slack": slack.EDGE.make(settings), "sms": sms.EDGE.make(settings)})


def test_a_slack_account_is_looked_up_by_email_and_asked(house: House, application: Application) -> None:
    house.bring("Hal", email="hal@example.org")
    with serve(Answer.json(USER)) as provider:
        asking = in_slack(application, provider)
        assert look_up(asking, "no-Hal", "slack") == "Asked T0TEAM:U0ANA to confirm."
        [asked] = provider.at("users.lookupByEmail")
        assert "hal@example.org" in {*asked.query.values(), *asked.fields.values()}
        question = house.one(OutboxMessage, OutboxMessage.channel == "slack")
        assert (question.address, question.body["choices"]) == ("T0TEAM:U0ANA", ["Yes", "No"])
        house.bring("Ida", email="ida@example.org")
        house.gets("slack", "T0TEAM:U0ANA", "yes")
        assert look_up(asking, "no-Hal", "slack") == "T0TEAM:U0ANA is connected already."
        with pytest.raises(Refused, match="somebody else's"):
            look_up(asking, "no-Ida", "slack")


def test_what_keeps_an_account_from_being_looked_up_is_said(house: House, application: Application) -> None:
    house.bring("Hal", email="hal@example.org")
    with serve(Answer.json({"ok": False, "error": "users_not_found"})) as provider:
        asking = in_slack(application, provider)
        for number, channel, words in [
            ("no-Hal", "slack", "Nobody has the address hal@example.org on slack"),
            ("no-Ana", "slack", "no-Ana has no e-mail address"),
            ("no-Hal", "sms", "can't be looked up by their e-mail address on sms"),
            ("no-Hal", "telegram", "The channel telegram is not set up"),
        ]:
            with pytest.raises(Refused, match=words):
                look_up(asking, number, channel)
        with pytest.raises(NotFound, match="no-such"):
            look_up(asking, "no-such", "slack")
        for answer, words in [
            (Answer.json({"ok": False, "error": "missing_scope"}), "Slack refuses to look for people: missing_scope"),
            (Answer(broken=True), "Slack could not be asked for people"),
        ]:
            provider.default = answer
            with pytest.raises(Refused, match=words):
                look_up(asking, "no-Hal", "slack")
    assert house.rows(OutboxMessage, OutboxMessage.channel == "slack") == []


def test_the_link_in_an_email_confirms_by_its_button_only(
    house: House, application: Application, browser: AsgiClient
) -> None:
    with pytest.raises(Refused, match="no e-mail address"):
        link(application, "no-Ana", "email")
    house.bring("Hal", email="hal@example.org")
    assert link(application, "no-Hal", "email") == "Asked hal@example.org to confirm."
    house.deliver()
    url = house.email.texts()[0].removeprefix("Hal, confirm: https://bot.example.org")
    shown = browser.get(url)
    assert shown.status_code == 200
    assert "hal@example.org" in shown.text
    assert "<button>" in shown.text
    assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]
    hal = ContactPoint.address == "hal@example.org"
    assert house.one(ContactPoint, hal).consented_at is None
    assert "confirmed" in browser.post(url).text
    assert house.one(ContactPoint, hal).consented_at == house.clock.now()


@pytest.mark.parametrize("token", ["nonsense", "x" * 4000, "%00", "a.b", "<script>"])
def test_a_link_that_is_not_ours_shows_nothing(browser: AsgiClient, token: str) -> None:
    for answer in (browser.get(f"/confirm/{token}"), browser.post(f"/confirm/{token}")):
        assert answer.status_code == 404
        assert "script" not in answer.text
        assert "<form" not in answer.text


def test_a_colleague_has_to_be_known(house: House) -> None:
    with house.db.begin() as session:
        assert people.colleague(session, cast.MARIA.upper()).email == cast.MARIA
        with pytest.raises(NotFound, match="nobody@"):
            people.colleague(session, "nobody@example.org")
