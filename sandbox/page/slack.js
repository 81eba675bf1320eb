// The Slack side of the page: channel, thread, and dialogs.

import { attempt, byId, call, el, hour, refill, toast, withDays } from "./dom.js";
import { blocks, field, mrkdwn, valuesOf } from "./blocks.js";

// The reactions that the bot uses; any other is shown by its name.
const EMOJI = { speech_balloon: "\u{1F4AC}", lock: "\u{1F512}", memo: "\u{1F4DD}", eyes: "\u{1F440}", white_check_mark: "\u2705" };

let openThread = null;
let shownView = "";

const COLOURS = ["#7c3aed", "#0e7490", "#b45309", "#be185d", "#15803d"];
const dateOf = (ts) => new Date(Number(ts) * 1000);
const initials = (name) => name.split(" ").map((word) => word[0]).join("").slice(0, 2);

function avatar(id, people) {
  const colour = COLOURS[[...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS.length];
  const face = el("span", { class: "avatar", "aria-hidden": "true" }, initials(people[id] ?? "?"));
  face.style.background = colour;
  return face;
}

function press(me, channel, ts) {
  return (action, value) => attempt(async () => {
    const answer = await call("slack/click", { user: me, channel, ts, action_id: action, value });
    if (!answer.ok) toast(`The bot did not take that press (${answer.result}).`);
  });
}

function content(message, people, onPress) {
  return message.blocks?.length ? blocks(message.blocks, people, onPress) : mrkdwn(message.text, people);
}

function row(message, channel, people, me, inThread) {
  const replies = message.replies?.length ?? 0;
  const label = replies ? `${replies} ${replies === 1 ? "reply" : "replies"}` : "Reply in thread";
  const open = () => { openThread = message.ts; document.dispatchEvent(new Event("redraw")); byId("reply-text").focus(); };
  const reactions = (message.reactions ?? []).map((reaction) => el("span", { class: "reaction" }, `${EMOJI[reaction.name] ?? `:${reaction.name}:`} ${reaction.count}`));
  return el("article", { class: `message${message.blocks?.length ? " card" : ""}` },
    avatar(message.user, people),
    el("div", { class: "body" },
      el("p", { class: "by" }, el("strong", {}, people[message.user] ?? message.user),
        message.bot_id ? el("span", { class: "app" }, "APP") : null,
        el("time", {}, hour(dateOf(message.ts))), message.edited && !message.bot_id ? el("span", { class: "muted" }, "(edited)") : null),
      content(message, people, press(me, channel.id, message.ts)),
      reactions.length ? el("p", {}, reactions) : null,
      inThread ? null : el("button", { type: "button", class: "link", onclick: open }, label)));
}

function whisper(message, people) {
  return el("article", { class: "message whisper" }, avatar(message.user, people),
    el("div", { class: "body" }, el("p", { class: "muted" }, "Only visible to you"), content(message, people, () => {})));
}

export function drawSlack(state, me) {
  const people = Object.fromEntries(state.users.map((user) => [user.id, user.name]));
  const channel = state.channels[0];
  byId("channel-name").textContent = channel.name;
  const entries = [
    ...channel.messages.map((message) => ({ date: dateOf(message.ts), row: row(message, channel, people, me, false) })),
    ...channel.ephemeral.filter((message) => message.for_user === me)
      .map((message) => ({ date: dateOf(message.ts), row: whisper(message, people) })),
  ].sort((one, other) => one.date - other.date);
  const empty = el("p", { class: "empty" }, "When a member needs a person, the case appears here.");
  refill(byId("channel"), entries.length ? withDays(entries) : [empty]);
  drawThread(channel, people, me);
  drawModal(state.views[me], people, me);
}

function drawThread(channel, people, me) {
  const root = channel.messages.find((message) => message.ts === openThread);
  byId("thread-pane").hidden = !root;
  if (!root) { openThread = null; return; }
  const rows = [root, ...root.replies].map((message) => ({ date: dateOf(message.ts), row: row(message, channel, people, me, true) }));
  refill(byId("thread"), withDays(rows));
}

function drawModal(view, people, me, errors = {}) {
  const dialog = byId("modal");
  const key = view ? `${me} ${view.id} ${view.hash}` : "";
  if (key === shownView && !Object.keys(errors).length) return;
  shownView = key;
  if (!view) { dialog.close(); return; }
  const kept = dialog.open ? valuesOf(dialog) : {};
  const body = view.blocks.map((block) => (
    block.type === "input" ? field(block, people, errors[block.block_id]) : blocks([block], people, () => {})[0]));
  const close = el("button", { type: "button", onclick: () => shut(view, me) }, view.close?.text ?? "Cancel");
  const send = view.submit ? el("button", { class: "primary" }, view.submit.text) : null;
  const submit = (event) => { event.preventDefault(); hand(view, people, me, event.target); };
  dialog.replaceChildren(el("form", { onsubmit: submit },
    el("h2", { id: "modal-title" }, view.title?.text ?? ""), body, el("div", { class: "actions end" }, close, send)));
  for (const input of dialog.querySelectorAll("[data-block]")) {
    const before = kept[input.dataset.block]?.[input.dataset.action];
    if (typeof before === "string" && Object.keys(errors).length) input.value = before;
  }
  if (!dialog.open) dialog.showModal();
}

const shut = (view, me) => attempt(() => call("slack/close", { user: me, view_id: view.id }));

async function hand(view, people, me, form) {
  const answer = await attempt(() => call("slack/submit", { user: me, view_id: view.id, values: valuesOf(form) }));
  if (!answer) return;
  if (Object.keys(answer.errors).length) drawModal(view, people, me, answer.errors);
  else if (!answer.ok) toast(`The bot did not take the dialog (${answer.result}).`);
}

export function listen(whoAmI) {
  const speak = (form, input, thread) => byId(form).addEventListener("submit", (event) => {
    event.preventDefault();
    const box = byId(input);
    if (!box.value.trim()) return;
    attempt(() => call("slack/say", { user: whoAmI(), text: box.value, thread_ts: thread() })).then((done) => {
      if (done) box.value = "";
    });
  });
  speak("say", "say-text", () => null);
  speak("reply", "reply-text", () => openThread);
  byId("thread-close").addEventListener("click", () => { openThread = null; document.dispatchEvent(new Event("redraw")); });
  byId("modal").addEventListener("cancel", (event) => {
    event.preventDefault();
    const id = shownView.split(" ")[1];
    attempt(() => call("slack/close", { user: whoAmI(), view_id: id }));
  });
}
