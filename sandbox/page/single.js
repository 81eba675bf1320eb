// Shows one thing of the staff's Slack alone, about as Slack draws it, for pictures: a message (?ts=..., with ?thread its
// thread too), a dialog (?dialog=USER) or a home tab (?home=USER).

import { byId, call, el, hour } from "./dom.js";
import { blocks, field, mrkdwn } from "./blocks.js";
import { attached } from "./slack.js";

const asked = new URLSearchParams(location.search);
const nobody = () => {};

function message(found, people, now) {
  const isApp = Boolean(found.bot_id);
  const name = people[found.user] ?? found.user;
  const content = found.blocks?.length ? blocks(found.blocks, people, nobody) : mrkdwn(found.text, people);
  const reactions = (found.reactions ?? []).map((one) => el("span", { class: "reaction" }, `:${one.name}: ${one.count}`));
  return el("article", { class: "message" },
    el("span", { class: `avatar${isApp ? " bot" : ""}` }, isApp ? "MS" : name.split(" ").map((word) => word[0]).join("")),
    el("div", { class: "body" },
      el("p", { class: "by" }, el("strong", {}, name), isApp ? el("span", { class: "app" }, "APP") : null,
        el("time", {}, hour(now(found.ts)))),
      content, (found.files ?? []).map(attached), reactions));
}

function dialog(view, people) {
  const body = view.blocks.map((block) => (
    block.type === "input" ? field(block, people) : blocks([block], people, nobody)[0]));
  const submit = view.submit ? el("button", { class: "primary" }, view.submit.text) : null;
  return el("section", { class: "dialog" },
    el("h1", {}, view.title?.text ?? ""), body,
    el("div", { class: "actions end" }, el("button", {}, view.close?.text ?? "Cancel"), submit));
}

async function draw() {
  const [channel, { users }] = await Promise.all([
    call(`slack/channel${asked.has("channel") ? `?channel=${asked.get("channel")}` : ""}`), call("slack/users")]);
  const people = Object.fromEntries(users.map((user) => [user.id, user.name]));
  const now = (ts) => new Date(Number(ts) * 1000);
  const user = asked.get("dialog") ?? asked.get("home");
  if (user) {
    const shown = await call(`slack/views/${user}`);
    byId("one").append(asked.has("dialog") ? dialog(shown.view, people)
      : el("section", { class: "home" }, blocks(shown.home.blocks, people, nobody)));
  } else {
    const found = channel.messages.find((one) => one.ts === asked.get("ts"));
    const rows = asked.has("thread") ? [found, ...found.replies] : [found];
    byId("one").append(...rows.map((one) => message(one, people, now)));
  }
  await Promise.all([...document.images].map((image) => image.decode()));
  // Whoever takes the picture reads here how large it is.
  const { width, height } = byId("one").getBoundingClientRect();
  Object.assign(document.documentElement.dataset, { width: Math.ceil(width), height: Math.ceil(height) });
}

draw();
