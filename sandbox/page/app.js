// The page: two phones, the clock, the feed. It asks for news and redraws what changed.

import { attempt, byId, call, day, el, hour, offer, recall, refill, remember, toast, withDays } from "./dom.js";
import { drawSlack, listen } from "./slack.js";

const TICKS = { queued: "·", accepted: "·", sent: "✓", delivered: "✓✓", undelivered: "✕", failed: "✕" };
const TWILIO_FAULTS = [["none", "works"], ["down", "is down"], ["429", "says: too many"], ["500", "has an error"],
  ["slow", "is slow"], ["lost", "loses its answers"], ["late", "reports late"], ["doubled", "reports twice"],
  ["out_of_order", "reports out of order"], ["undelivered", "cannot deliver"]];
const SLACK_FAULTS = TWILIO_FAULTS.slice(0, 6);

const OTHER = "other";

let state = null;
let clockOffset = 0;
const chosen = [recall("phone0"), recall("phone1")];
let me = recall("me");

const now = () => new Date(Date.now() + clockOffset);

function buildPhone(section, index) {
  const select = el("select", { id: `who${index}`, onchange: (event) => { choose(index, event.target.value); } });
  const input = el("input", { id: `text${index}`, autocomplete: "off", maxlength: 1600, placeholder: "Text message" });
  const send = async (event) => {
    event.preventDefault();
    if (!chosen[index] || !input.value.trim()) return;
    if (await attempt(() => call(`phones/${encodeURIComponent(chosen[index])}`, { text: input.value }))) input.value = "";
  };
  section.append(
    el("header", { class: "bar" }, el("label", { class: "hidden", for: `who${index}` }, "Whose phone"), select,
      el("span", { class: "number" })),
    el("div", { class: "log", role: "log", "aria-label": "Text messages" }),
    el("form", { class: "compose", onsubmit: send },
      el("label", { class: "hidden", for: `text${index}` }, "Text message"), input, el("button", {}, "Send")));
}

function choose(index, value) {
  let number = value;
  if (value === OTHER) {
    number = (window.prompt("The number, with + and the country, as +14155550199") ?? "").replace(/[\s()-]/g, "");
    if (!/^\+[1-9]\d{6,14}$/.test(number)) {
      if (number) toast("That is not a number in full, as +14155550199.");
      draw();
      return;
    }
  }
  chosen[index] = number;
  remember(`phone${index}`, number);
  draw();
}

function bubble(message) {
  const outgoing = message.direction === "from_phone";
  const parts = message.segments > 1 ? ` · ${message.segments} parts` : "";
  const failed = outgoing && !["pending", "200", "202", "204"].includes(message.webhook);
  const marks = outgoing ? (failed ? ` · not received (${message.webhook})` : "")
    : ` ${TICKS[message.status] ?? ""}${message.error_code ? ` ${message.status} (${message.error_code})` : ""}`;
  const title = outgoing ? undefined : message.status;
  return el("div", { class: `bubble ${outgoing ? "mine" : "theirs"}${message.by_twilio ? " carrier" : ""}${failed ? " bad" : ""}` },
    message.by_twilio ? el("strong", {}, "Twilio itself") : null,
    el("p", {}, message.text),
    el("small", { title }, `${hour(new Date(message.at))}${marks}${parts}`));
}

// Phones with messages come first, so that in a long list the lively ones are at hand.
const lively = () => [...state.phones].sort((one, other) => Boolean(other.messages.length) - Boolean(one.messages.length));

function drawPhone(section, index) {
  const phones = lively();
  chosen[index] ||= phones.map((phone) => phone.number).filter((number) => !chosen.includes(number))[0];
  const stranger = chosen[index] && !phones.some((phone) => phone.number === chosen[index]);
  if (stranger) phones.push({ number: chosen[index], name: null, blocked: false, messages: [] });
  const options = phones.map((phone) => {
    const count = phone.messages.length ? ` (${phone.messages.length})` : "";
    return [phone.number, `${phone.name ?? phone.number}${count}`];
  });
  offer(section.querySelector("select"), [...options, [OTHER, "Another number…"]], chosen[index]);
  const phone = phones.find((one) => one.number === chosen[index]);
  const number = section.querySelector(".number");
  number.textContent = phone ? `${phone.number}${phone.blocked ? " · stopped" : ""}` : "";
  number.classList.toggle("stopped", Boolean(phone?.blocked));
  const rows = (phone?.messages ?? []).map((message) => ({ date: new Date(message.at), row: bubble(message) }));
  refill(section.querySelector(".log"), rows.length ? withDays(rows) : [el("p", { class: "empty" }, "No messages yet.")]);
}

function drawClock() {
  const moment = now();
  byId("now").textContent = `${day(moment)} ${moment.getUTCFullYear()}, ${hour(moment)} UTC`;
}

function drawPeople() {
  const staff = state.users.filter((user) => !user.is_bot).map((user) => [user.id, user.name]);
  if (!staff.some(([id]) => id === me)) [[me]] = staff;
  offer(byId("me"), staff, me);
}

function drawFaults() {
  for (const select of document.querySelectorAll("[data-provider]")) {
    const active = state.faults.find((fault) => fault.provider === select.dataset.provider);
    offer(select, select.dataset.provider === "twilio" ? TWILIO_FAULTS : SLACK_FAULTS, active?.mode ?? "none");
    select.classList.toggle("bad", Boolean(active));
  }
}

function draw() {
  if (!state) return;
  document.querySelectorAll(".phone").forEach(drawPhone);
  drawPeople();
  drawFaults();
  drawSlack(state, me);
  drawClock();
}

const named = (text) => text.replace(/<@(\w+)>/g, (whole, id) => `@${state?.users.find((user) => user.id === id)?.name ?? id}`);

const quiet = (happening) => ["twilio.webhook", "slack.webhook", "sms.status"].includes(happening.kind)
  && !["connect", "timeout", "broken"].includes(happening.data.result) && !/^[45]/.test(happening.data.result ?? "");

function report(happenings) {
  const feed = byId("feed");
  if (happenings.some((happening) => happening.kind === "reset")) feed.replaceChildren();
  for (const happening of happenings) {
    const at = new Date(happening.at);
    feed.prepend(el("li", { class: quiet(happening) ? "muted" : "" },
      el("time", {}, `${day(at)} ${hour(at)}`), el("span", { class: "kind" }, happening.kind),
      el("span", { title: happening.summary }, named(happening.summary))));
  }
  while (feed.childElementCount > 300) feed.lastElementChild.remove();
}

async function refresh() {
  state = await call("state");
  clockOffset = new Date(state.clock.now) - Date.now();
  for (const button of document.querySelectorAll(".pushes button")) button.disabled = !state.clock.pushable;
  draw();
}

let last = 0;
let lost = false;

async function look() {
  try {
    const news = await call(`feed?after=${last}`);
    // A sequence number that went back is a sandbox that was started anew.
    if (news.last < last) byId("feed").replaceChildren();
    if (news.last !== last || lost || !state) {
      await refresh();
      report(news.last < last ? [] : news.happenings);
    }
    last = news.last;
    lost = false;
  } catch {
    if (!lost) toast("The sandbox does not answer; trying again.");
    lost = true;
  }
}

async function follow() {
  await look();
  setTimeout(follow, lost ? 2000 : 500);
}

const move = (body) => attempt(() => call("clock", body));

document.querySelectorAll(".phone").forEach(buildPhone);
listen(() => me);
byId("me").addEventListener("change", (event) => { me = event.target.value; remember("me", me); draw(); });
for (const button of document.querySelectorAll("[data-push]")) {
  button.addEventListener("click", () => move({ push: Number(button.dataset.push) }));
}
byId("morning").addEventListener("click", () => {
  const next = now();
  if (next.getUTCHours() >= 9) next.setUTCDate(next.getUTCDate() + 1);
  next.setUTCHours(9, 0, 0, 0);
  move({ set: next.toISOString() });
});
byId("faults").addEventListener("change", (event) => {
  attempt(() => call("faults", { provider: event.target.dataset.provider, mode: event.target.value }));
});
byId("reset").addEventListener("click", () => {
  if (window.confirm("Empty the phones, the channel and the feed?")) attempt(() => call("reset", {}));
});
document.addEventListener("redraw", draw);
setInterval(drawClock, 1000);
follow();
