"""The staff's Slack on the page, over a real sandbox, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from inbox.cards import card, headline
from tests.sandbox.conftest import MARIA, Town, build, emptied
from tests.support import inbox_views, kit
from tests.support.browser import PATIENCE_MS, check_accessible
from tests.support.case_views import VARIANTS
from tests.support.console import AT
from tests.support.slack_page import PATH, showing

EVENTS, INTERACTIONS = "/webhooks/slack/events", "/webhooks/slack/interactions"
COMMANDS = "/webhooks/slack/commands"
Open = Callable[..., Page]
CHART = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fe"
    "a735818c0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def built() -> Iterator[Town]:
    yield from build()


@pytest.fixture
def town(built: Town) -> Iterator[Town]:
    with showing(built.url):
        yield emptied(built)


@pytest.fixture
def look(town: Town, open_page: Open) -> Open:
    """Opens the page with the staff's Slack."""

    def opened(**more: Any) -> Page:
        page = open_page(f"{AT}{PATH}", **more)
        page.get_by_role("button", name="Home").wait_for()
        return page

    return opened


def post(town: Town, blocks: list[dict[str, Any]], text: str = "a card", **more: Any) -> str:
    sent = town.slack.chat_postMessage(channel=town.settings.slack_channel, text=text, blocks=blocks, **more)
    town.settle()
    return str(sent["ts"])


def open_dialog(town: Town, view: dict[str, Any]) -> dict[str, Any]:
    """The bot opens it for Maria, who pressed something."""
    trigger = town.post("slack/click", user=MARIA, ts=post(town, kit.MESSAGE[-2:-1]), action_id="claim")["trigger_id"]
    opened: dict[str, Any] = town.slack.views_open(trigger_id=trigger, view=view)["view"]
    return opened


def pressed(town: Town) -> list[tuple[str, Any]]:
    """What the bot was told of presses: the action, and its value."""
    town.settle()
    actions = [webhook.json["actions"][0] for webhook in town.gateway.at(INTERACTIONS) if "actions" in webhook.json]
    held = ("selected_option", "selected_options", "selected_date", "selected_user", "value")
    return [(one["action_id"], next((one[name] for name in held if one.get(name)), None)) for one in actions]


def sideways(page: Page) -> int:
    """By how much the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_every_kind_of_block_is_drawn(town: Town, look: Open) -> None:
    post(town, kit.MESSAGE)
    page = look(height=2200)
    card_drawn = page.get_by_role("article").last
    for said in ("Every kind 🎉", "<script>alert(1)</script>", "Plain *stars*", "5 < 6", ":unknown_one:", "quoted"):
        expect(card_drawn).to_contain_text(said)
    for name in ("bold", "slanted", "struck", "code", "@Jonas Weber", "#member-success", "@here", "strong", "x = 1"):
        expect(card_drawn.get_by_text(name, exact=True).first).to_be_visible()
    expect(card_drawn.get_by_role("link", name="a link")).to_have_attribute("href", "https://example.org/?a=1&b=2")
    expect(card_drawn.get_by_role("link", name="Site")).to_have_attribute("target", "_blank")
    expect(card_drawn.get_by_role("img", name="A chart")).to_have_count(1)
    for name in ("Which fruit", "Whose", "Which fruits", "Which colleague", "Which channel", "Which conversation"):
        expect(card_drawn.get_by_role("combobox", name=name, exact=True)).to_have_count(1)
    expect(card_drawn.get_by_label("Which day")).to_have_value("2026-12-24")
    expect(card_drawn.get_by_label("Which hour")).to_have_value("09:30")
    expect(card_drawn.get_by_role("radio", name="Pear")).to_be_checked()
    expect(card_drawn.get_by_role("checkbox", name="Apple")).to_be_checked()
    check_accessible(page)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_real_cards_and_their_threads_can_be_read_by_everybody(town: Town, look: Open, scheme: str, width: int) -> None:
    for view in (VARIANTS["urgent"], VARIANTS["open"]):
        root = post(town, card(view), headline(view))
    for who, said in inbox_views.conversation():
        if isinstance(said, list):
            post(town, said, "in the thread", thread_ts=root)
        else:
            town.post("slack/say", user=f"U0{who.upper()}", text=said, thread_ts=root)
    page = look(scheme=scheme, width=width)
    page.get_by_role("button", name="7 replies").click()
    thread = page.get_by_role("log", name="Messages in the thread")
    expect(thread.get_by_text("At lunch time? <!channel>")).to_be_visible()
    expect(page.get_by_label("Reply in the thread", exact=True)).to_be_focused()
    check_accessible(page)
    assert sideways(page) <= 0
    page.get_by_role("button", name="Close the thread").click()
    expect(thread).to_be_hidden()


def test_what_is_pressed_reaches_the_bot(town: Town, look: Open) -> None:
    post(town, kit.MESSAGE)
    page = look()
    page.get_by_role("button", name="👋 Claim").click()
    page.get_by_role("button", name="Drop").click()
    page.get_by_role("dialog", name="Close the case?").get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Drop").click()
    page.get_by_role("dialog", name="Close the case?").get_by_role("button", name="Close it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("menuitem", name="Never").click()
    page.get_by_role("combobox", name="Which fruit", exact=True).click()
    page.get_by_role("option", name="Pear").click()
    page.get_by_label("Which day").fill("2026-12-25")
    page.get_by_role("checkbox", name="Pear").click()
    expect(page.get_by_role("checkbox", name="Pear")).to_be_checked()
    found = wait_for_presses(page, town, 6)
    pear = {"text": kit.plain("Pear"), "value": "p"}
    assert found[:2] == [("claim", "12"), ("drop", "13")]
    assert found[2][0] == "rest"
    assert found[2][1]["value"] == "never"
    assert found[3] == ("fruit", pear)
    assert found[4] == ("day", "2026-12-25")
    assert found[5][0] == "some"
    assert [one["value"] for one in found[5][1]] == ["a", "p"]


def wait_for_presses(page: Page, town: Town, count: int) -> list[tuple[str, Any]]:
    """What the bot was told, once it was told so often."""
    for _ in range(100):
        if len(found := pressed(town)) >= count:
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"the bot was told {found}")


def test_a_dialog_is_filled_in_objected_to_and_sent(town: Town, look: Open) -> None:
    canned = kit.ask("canned", "Start from", kit.PICKERS[0], optional=True, dispatch_action=True)
    view = open_dialog(town, kit.dialog(canned))
    page = look(height=1400)
    dialog = page.get_by_role("dialog", name="A dialog")
    words = dialog.get_by_label("What came of it?")
    expect(words).to_be_focused()
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert").first).to_have_text("Please complete this required field.")
    expect(words).to_have_attribute("aria-invalid", "true")
    words.fill("All is <b>well</b>")
    dialog.get_by_role("combobox", name="Field whose").click()
    page.get_by_role("option", name="Support").click()
    dialog.get_by_label("Field day").fill("2026-12-26")
    dialog.get_by_role("checkbox", name="Pear").click()
    dialog.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name="Apple").click()
    assert wait_for_presses(page, town, 2)[1] == ("canned", {"text": kit.plain("Apple"), "value": "a"})
    check_accessible(page)
    told = town.gateway.at(INTERACTIONS)[-1].json["view"]["state"]["values"]
    assert told["words"]["words"]["value"] == "All is <b>well</b>"
    town.gateway.answers.append(JSONResponse({"response_action": "errors", "errors": {"line": "Too short."}}))
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("Too short.")).to_be_visible()
    expect(dialog.get_by_label("One line")).to_be_focused()
    town.slack.views_update(view_id=view["id"], view=kit.dialog({"type": "divider"}, title="Another"))
    dialog = page.get_by_role("dialog", name="Another")
    expect(dialog.get_by_label("What came of it?")).to_have_value("All is <b>well</b>")
    dialog.get_by_label("One line").fill("long enough")
    dialog.get_by_label("One line").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    town.settle()
    sent = town.gateway.at(INTERACTIONS)[-1].json
    assert sent["type"] == "view_submission"
    values = {name: field[name] for name, field in sent["view"]["state"]["values"].items() if name in field}
    assert values["words"]["value"] == "All is <b>well</b>"
    assert values["line"]["value"] == "long enough"
    entered = sent["view"]["state"]["values"]
    assert entered["field_whose"]["field_whose"]["selected_option"]["value"] == "2"
    assert entered["field_day"]["field_day"]["selected_date"] == "2026-12-26"
    assert [one["value"] for one in entered["field_some"]["field_some"]["selected_options"]] == ["a", "p"]
    assert entered["field_moment"]["field_moment"]["selected_date_time"] == 1_795_536_000


def test_a_dialog_is_put_away(town: Town, look: Open) -> None:
    open_dialog(town, kit.dialog())
    page = look(scheme="dark", width=390)
    check_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert town.get(f"slack/views/{MARIA}")["view"] is None
    small = {"type": "modal", "title": kit.plain("Once more"), "close": kit.plain("Back"), "blocks": kit.MESSAGE[:2]}
    open_dialog(town, small)
    page.get_by_role("dialog", name="Once more").get_by_role("button", name="Back").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert town.get(f"slack/views/{MARIA}")["view"] is None


def test_colleagues_write_notes_and_replies_and_change_them(town: Town, look: Open) -> None:
    root = post(town, card(VARIANTS["claimed"]))
    page = look()
    page.get_by_role("button", name="Reply in thread").click()
    field = page.get_by_label("Reply in the thread", exact=True)
    field.fill("> See you at noon?")
    field.press("Enter")
    expect(field).to_have_value("")
    field.fill("/member Ana")
    field.press("Enter")
    expect(page.get_by_text("Slack takes no commands in threads.")).to_be_visible()
    expect(field).to_have_value("/member Ana")
    town.settle()
    event = town.gateway.at(EVENTS)[-1].json["event"]
    assert (event["user"], event["thread_ts"], event["text"]) == (MARIA, root, "&gt; See you at noon?")
    thread = page.get_by_role("log", name="Messages in the thread")
    menu = thread.get_by_role("article").last.get_by_role("button", name="Message menu")
    menu.click()
    page.get_by_role("menuitem", name="Edit message").click()
    words = page.get_by_role("dialog").get_by_label("Message")
    expect(words).to_have_value("> See you at noon?")
    words.fill("> See you at one?")
    page.get_by_role("button", name="Save changes").click()
    expect(thread.get_by_text("See you at one?")).to_be_visible()
    expect(thread.get_by_text("(edited)")).to_be_visible()
    menu.click()
    page.get_by_role("menuitem", name="Send as reply").click()
    expect(thread.get_by_text("See you at one?")).to_be_visible()
    menu.click()
    page.get_by_role("menuitem", name="Delete message").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(thread.get_by_text("See you at one?")).to_have_count(0)
    town.settle()
    assert any(one.json.get("callback_id") == "send_as_reply" for one in town.gateway.at(INTERACTIONS))
    assert town.get("slack/channel")["messages"][0]["replies"] == []


def test_a_long_channel_is_shown_by_and_by_and_commands_answer_the_person_alone(town: Town, look: Open) -> None:
    for number in range(20):
        town.post("slack/say", user=MARIA, text=f"Word {number}.")
    town.settle()
    town.gateway.answers.append(JSONResponse({"text": "Who is *meant*?"}))
    page = look()
    expect(page.get_by_text("Word 19.")).to_be_in_viewport()
    expect(page.get_by_text("Word 4.")).to_have_count(0)
    page.get_by_role("button", name="Show earlier messages (5)").click()
    expect(page.get_by_text("Word 0.")).to_have_count(1)
    field = page.get_by_label("Message to the channel", exact=True)
    field.fill("/member Ana")
    field.press("Enter")
    expect(page.get_by_text("Only visible to you")).to_be_visible()
    assert town.gateway.at(COMMANDS)[0].form["text"] == "Ana"
    field.fill("/nonsense")
    field.press("Enter")
    expect(page.get_by_text("That did not work: no_such_command")).to_be_visible()
    page.get_by_role("combobox", name="You are").click()
    page.get_by_role("option", name="Jonas Weber").click()
    expect(page.get_by_text("Only visible to you")).to_have_count(0)


def test_news_takes_nothing_out_of_ones_hands(town: Town, look: Open) -> None:
    town.grant("messages_tab")
    ts = post(town, card(VARIANTS["open"]))
    page = look()
    field = page.get_by_label("Message to the channel", exact=True)
    field.fill("half a sent")
    page.get_by_role("button", name="Message menu").click()
    expect(page.get_by_role("menuitem", name="Send as reply")).to_be_visible()
    town.slack.chat_update(channel=town.settings.slack_channel, ts=ts, text="card", blocks=card(VARIANTS["claimed"]))
    town.slack.chat_postMessage(channel=MARIA, text="For *you*")
    expect(page.get_by_text("Ana Diaz · claimed by Maria Okafor")).to_be_visible()
    expect(page.get_by_text("Send as reply")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_have_value("half a sent")
    page.get_by_role("button", name=re.compile("Messages of the app.*1 unread")).click()
    expect(page.get_by_text("For you")).to_be_visible()
    expect(page.get_by_role("button", name="Messages of the app", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="# member-success").click()
    page.get_by_role("button", name="Snooze").focus()
    page.keyboard.press("Enter")
    town.slack.chat_update(channel=town.settings.slack_channel, ts=ts, text="card", blocks=card(VARIANTS["resolved"]))
    expect(page.get_by_role("article")).to_be_focused()


def test_the_home_leads_to_a_case_and_a_picture_is_shown(town: Town, look: Open) -> None:
    root = post(town, card(VARIANTS["open"]))
    view = inbox_views.colleagues_home()
    link = f"https://sandbox.slack.com/archives/{town.settings.slack_channel}/p{root.replace('.', '')}"
    opening = {"type": "button", "action_id": "home_open", "text": kit.plain("Open case 12"), "url": link}
    view["blocks"].append({"type": "actions", "elements": [opening]})
    town.slack.views_publish(user_id=MARIA, view=view)
    town.slack.files_upload_v2(
        channel=town.settings.slack_channel, thread_ts=root, content=CHART, filename="week.png", alt_txt="Twelve cases"
    )
    town.clock.push(timedelta(days=1))
    page = look()
    page.get_by_role("button", name="Home").click()
    expect(page.get_by_role("heading", name="My members at risk")).to_be_visible()
    check_accessible(page)
    page.get_by_role("button", name="Refresh").click()
    page.get_by_role("button", name="Open case 12").click()
    picture = page.get_by_role("img", name="Twelve cases")
    expect(picture).to_have_attribute("src", re.compile("^data:image/png;base64,"), timeout=PATIENCE_MS)
    found = wait_for_presses(page, town, 2)
    assert [action for action, _ in found] == ["home_refresh", "home_open"]
    assert town.gateway.at(EVENTS)[-1].json["event"]["type"] in ("app_home_opened", "message")
