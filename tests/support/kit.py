"""A message, and a dialog, with each kind of block and element of Block Kit that the emulator lets pass."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


SURE: Json = {"title": plain("Close the case?"), "text": marked("*Nobody* will answer."), "confirm": plain("Close it"),
              "deny": plain("Keep it"), "style": "danger"}  # fmt: skip
FRUIT = [option("Apple", "a"), option("Pear", "p")]
GROUPS = [{"label": plain("People"), "options": [option("Maria", "1")]},
          {"label": plain("Teams"), "options": [option("Support", "2")]}]  # fmt: skip
BUTTONS: list[Json] = [
    {"type": "button", "action_id": "claim", "text": plain(":wave: Claim"), "value": "12", "style": "primary"},
    {"type": "button", "action_id": "drop", "text": plain("Drop"), "value": "13", "style": "danger", "confirm": SURE},
    {"type": "button", "action_id": "site", "text": plain("Site"), "url": "https://example.org/"},
    {"type": "overflow", "action_id": "rest", "options": [option("Later", "later"), option("Never", "never")]},
]
PICKERS: list[Json] = [
    {"type": "static_select", "action_id": "fruit", "options": FRUIT, "placeholder": plain("Which fruit")},
    {"type": "static_select", "action_id": "whose", "option_groups": GROUPS, "placeholder": plain("Whose")},
    {"type": "multi_static_select", "action_id": "fruits", "options": FRUIT, "placeholder": plain("Which fruits")},
    {"type": "users_select", "action_id": "who", "placeholder": plain("Which colleague")},
    {"type": "channels_select", "action_id": "where", "placeholder": plain("Which channel")},
    {"type": "conversations_select", "action_id": "talk", "placeholder": plain("Which conversation")},
    {"type": "datepicker", "action_id": "day", "initial_date": "2026-12-24", "placeholder": plain("Which day")},
    {"type": "timepicker", "action_id": "hour", "initial_time": "09:30", "placeholder": plain("Which hour")},
    {"type": "datetimepicker", "action_id": "moment", "initial_date_time": 1_795_536_000},
    {"type": "radio_buttons", "action_id": "one", "options": FRUIT, "initial_option": FRUIT[1]},
    {"type": "checkboxes", "action_id": "some", "options": FRUIT, "initial_options": FRUIT[:1]},
]
RICH: Json = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [
            {"type": "text", "text": "Rich ", "style": {"bold": True}}, {"type": "emoji", "name": "tada"},
            {"type": "user", "user_id": "U0JONAS"}, {"type": "link", "url": "https://example.org/", "text": "there"},
        ]},
        {"type": "rich_text_list", "style": "ordered", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]},
        ]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
    ],
}  # fmt: skip
MARKED = (
    "*bold* _slanted_ ~struck~ `code` <https://example.org/?a=1&amp;b=2|a link> <@U0JONAS> <#C0MEMBERSUCCESS> "
    "<!here> :wave: :unknown_one: 5 &lt; 6\n&gt; quoted\n\u2022 item"
)
MESSAGE: list[Json] = [
    {"type": "header", "text": plain("Every kind :tada:")},
    {"type": "section", "text": marked(MARKED)},
    {"type": "section", "text": plain("<script>alert(1)</script>"), "accessory": BUTTONS[3] | {"action_id": "beside"}},
    {"type": "section", "fields": [marked("*Joined*\n20 Aug 2026"), plain("Plain *stars*")]},
    {"type": "context", "elements": [marked("small _letters_"), plain("and plain ones")]},
    {"type": "divider"},
    {"type": "image", "image_url": "https://pictures.invalid/a.png", "alt_text": "A chart", "title": plain("The week")},
    RICH,
    {"type": "markdown", "text": "# Heading\n**strong** [there](https://example.org/)\n- point"},
    {"type": "actions", "elements": BUTTONS},
    {"type": "actions", "elements": PICKERS},
]


def ask(name: str, label: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": name, "label": plain(label), "element": element | {"action_id": name}, **more}


def dialog(*more: Json, title: str = "A dialog") -> Json:
    """With one field of each kind, and `more` blocks."""
    several = [ask(f"field_{one['action_id']}", f"Field {one['action_id']}", one, optional=True) for one in PICKERS]
    words = {"type": "plain_text_input", "multiline": True, "max_length": 200, "placeholder": plain("Your words")}
    blocks = [
        ask("words", "What came of it?", words, hint=plain("Members don't see this.")),
        ask("line", "One line", {"type": "plain_text_input"}, optional=True),
        {"type": "section", "text": marked("*Also* in a dialog"), "accessory": BUTTONS[0]},
        *several,
        *more,
    ]
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "close": plain("Back"), "blocks": blocks}
