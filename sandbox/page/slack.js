// The Slack side of the page: channels, the app's home, a thread, and what people do there.

import { attempt, byId, call, el, hour, offer, refill, remember, recall, toast, withDays } from "./dom.js";
import { blocks, mrkdwn } from "./blocks.js";
import { drawHome, drawModal, tell } from "./slack_views.js";

// The reactions that the bot uses; any other is shown by its name.
const EMOJI = { speech_balloon: "\u{1F4AC}", lock: "\u{1F512}", memo: "\u{1F4DD}", eyes: "\u{1F440}", white_check_mark: "\u2705" };
const HOME = "home";

let openThread = null;
let where = recall("where");

const COLOURS = ["#7c3aed", "#0e7490", "#b45309", "#be185d", "#15803d"];
const dateOf = (ts) => new Date(Number(ts) * 1000);
const initials = (name) => name.split(" ").map((word) => word[0]).join("").slice(0, 2);
const asTyped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const redraw = () => document.dispatchEvent(new Event("redraw"));

function avatar(id, people) {
  const colour = COLOURS[[...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS.length];
  const face = el("span", { class: "avatar", "aria-hidden": "true" }, initials(people[id] ?? "?"));
  face.style.background = colour;
  return face;
}

// An address in this Slack leads to its thread, any other one out of the page.
function follow(address) {
  const found = /[/]archives[/](\w+)[/]p(\d+)(\d{6})(?:[?].*thread_ts=([\d.]+))?/.exec(address);
  if (!found) { window.open(address, "_blank", "noopener"); return; }
  where = found[1];
  openThread = found[4] ?? `${found[2]}.${found[3]}`;
  redraw();
}

function press(me, channel, ts) {
  return (action, value, address) => {
    if (address) follow(address);
    tell("slack/click", { user: me, channel, ts, action_id: action, value });
  };
}

function content(message, people, onPress) {
  return message.blocks?.length ? blocks(message.blocks, people, onPress) : message.text ? mrkdwn(message.text, people) : [];
}

export function attached(file) {
  const at = `slack/files/${encodeURIComponent(file.id)}`;
  const shown = file.mimetype?.startsWith("image/")
    ? el("img", { src: at, alt: file.alt_txt ?? file.title }) : el("a", { href: at, target: "_blank" }, file.name);
  return el("figure", {}, el("figcaption", { class: "muted" }, file.title), shown);
}

// What Slack offers in a message's menu.
function menu(message, channel, me, shortcuts) {
  const at = { user: me, channel: channel.id, ts: message.ts };
  const edit = () => {
    const text = window.prompt("The message", asTyped(message.text));
    if (text?.trim()) attempt(() => call("slack/edit", { ...at, text }));
  };
  const remove = () => window.confirm("Delete this message?") && attempt(() => call("slack/delete", at));
  const items = shortcuts.map((name) => [name.replaceAll("_", " "), () => tell("slack/shortcut", { ...at, callback_id: name })]);
  if (message.user === me) items.unshift(["edit", edit], ["delete", remove]);
  return items.map(([name, act]) => el("button", { type: "button", class: "link more", onclick: act }, name));
}

function row(message, channel, people, me, { inThread, shortcuts }) {
  const replies = message.replies?.length ?? 0;
  const label = replies ? `${replies} ${replies === 1 ? "reply" : "replies"}` : "Reply in thread";
  const open = () => { openThread = message.ts; redraw(); byId("reply-text").focus(); };
  const reactions = (message.reactions ?? []).map((reaction) => el("span", { class: "reaction" }, `${EMOJI[reaction.name] ?? `:${reaction.name}:`} ${reaction.count}`));
  return el("article", { class: `message${message.blocks?.length ? " card" : ""}` },
    avatar(message.user, people),
    el("div", { class: "body" },
      el("p", { class: "by" }, el("strong", {}, people[message.user] ?? message.user),
        message.bot_id ? el("span", { class: "app" }, "APP") : null,
        el("time", {}, hour(dateOf(message.ts))), message.edited && !message.bot_id ? el("span", { class: "muted" }, "(edited)") : null),
      content(message, people, press(me, channel.id, message.ts)),
      (message.files ?? []).map(attached),
      reactions.length ? el("p", {}, reactions) : null,
      el("p", { class: "menu" }, inThread ? null : el("button", { type: "button", class: "link", onclick: open }, label),
        message.subtype === "tombstone" ? null : menu(message, channel, me, shortcuts))));
}

function whisper(message, channel, people, me) {
  return el("article", { class: "message whisper" }, avatar(message.user, people),
    el("div", { class: "body" }, el("p", { class: "muted" }, "Only visible to you"),
      content(message, people, press(me, channel.id, message.ts))));
}

// What only this person sees, of the channel itself (no `root`) or of a thread.
const whispers = (channel, people, me, root) => channel.ephemeral
  .filter((message) => message.for_user === me && message.thread_ts === root)
  .map((message) => ({ date: dateOf(message.ts), row: whisper(message, channel, people, me) }));

const inOrder = (entries) => entries.sort((one, other) => one.date - other.date);

function drawPlaces(channels) {
  const places = channels.map((channel) => [channel.id, channel.partner ? "Messages" : `#${channel.name}`]);
  if (where !== HOME && !channels.some((channel) => channel.id === where)) [[where]] = places;
  offer(byId("where"), [...places, [HOME, "Home of the app"]], where);
}

export function drawSlack(state, me) {
  const people = Object.fromEntries(state.users.map((user) => [user.id, user.name]));
  const channels = state.channels.filter((channel) => !channel.partner || channel.partner === me && channel.messages.length);
  drawPlaces(channels);
  const channel = channels.find((one) => one.id === where) ?? channels[0];
  byId("home").hidden = where !== HOME;
  byId("channel").hidden = byId("say").hidden = where === HOME;
  if (where === HOME) drawHome(state.homes[me], people, me, follow);
  const more = { inThread: false, shortcuts: state.shortcuts };
  const entries = inOrder([
    ...channel.messages.map((message) => ({ date: dateOf(message.ts), row: row(message, channel, people, me, more) })),
    ...whispers(channel, people, me),
  ]);
  const empty = el("p", { class: "empty" }, "When a member needs a person, the case appears here.");
  refill(byId("channel"), entries.length ? withDays(entries) : [empty]);
  drawThread(channel, people, me, state.shortcuts);
  drawModal(state.views[me], people, me, follow);
}

function drawThread(channel, people, me, shortcuts) {
  const root = channel.messages.find((message) => message.ts === openThread);
  byId("thread-pane").hidden = !root || where === HOME;
  if (!root) { openThread = null; return; }
  const rows = [root, ...root.replies].map((message) => ({
    date: dateOf(message.ts), row: row(message, channel, people, me, { inThread: true, shortcuts }),
  }));
  refill(byId("thread"), withDays(inOrder([...rows, ...whispers(channel, people, me, openThread)])));
}

function speak(user, text, thread) {
  const channel = where === HOME ? undefined : where;
  if (!text.startsWith("/")) return attempt(() => call("slack/say", { user, text, channel, thread_ts: thread }));
  if (!thread) return tell("slack/command", { user, text, channel });
  toast("Slack takes no commands in threads.");
  return null;
}

export function listen(whoAmI) {
  const compose = (form, input, thread) => byId(form).addEventListener("submit", async (event) => {
    event.preventDefault();
    const [box, log] = [byId(input), byId(form === "reply" ? "thread" : "channel")];
    log.scrollTop = log.scrollHeight;
    if (box.value.trim() && await speak(whoAmI(), box.value, thread())) box.value = "";
  });
  const lookAtHome = () => { if (where === HOME) attempt(() => call("slack/home", { user: whoAmI() })); };
  compose("say", "say-text", () => null);
  compose("reply", "reply-text", () => openThread);
  byId("thread-close").addEventListener("click", () => { openThread = null; redraw(); });
  byId("where").addEventListener("change", (event) => {
    where = event.target.value;
    if (where !== HOME) remember("where", where);
    lookAtHome();
    redraw();
  });
  byId("me").addEventListener("change", () => setTimeout(lookAtHome));
}
