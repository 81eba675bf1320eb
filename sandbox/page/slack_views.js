// Dialogs and the home tab of the staff's Slack.

import { attempt, byId, call, el, refill, toast } from "./dom.js";
import { blocks, field, valuesOf } from "./blocks.js";

let shown = null;
let shownFor = "";

// Does something that the bot is told of at once.
export function tell(path, body) {
  return attempt(async () => {
    const answer = await call(path, body);
    if (answer.ok === false && !Object.keys(answer.errors ?? {}).length) toast(`The bot did not take that (${answer.result}).`);
    return answer;
  });
}

// What is pressed in a view, with what stands in its fields. `follow` takes the address of a button that has one.
const presser = (view, me, values, follow) => (action, value, address) => {
  if (address) follow(address);
  tell("slack/click", { user: me, view_id: view.id, action_id: action, value, values: values() });
};

export function drawHome(view, people, me, follow) {
  const empty = el("p", { class: "empty" }, "The app has put nothing here yet.");
  refill(byId("home"), view ? blocks(view.blocks, people, presser(view, me, () => ({}), follow)) : [empty]);
}

// Draws `view` anew when it changed. Fields that stay keep what was typed, as in Slack.
export function drawModal(view, people, me, follow, errors = {}) {
  const dialog = byId("modal");
  const key = view ? `${me} ${view.id} ${view.hash}` : "";
  if (key === shownFor && !Object.keys(errors).length) return;
  const typed = dialog.open && shown?.id === view?.id ? valuesOf(dialog) : {};
  [shown, shownFor] = [view ? { ...view, me } : null, key];
  if (!view) { dialog.close(); return; }
  const press = presser(view, me, () => valuesOf(dialog), follow);
  const held = (block) => holding(block, typed) ?? view.state.values[block.block_id]?.[block.element.action_id];
  const body = view.blocks.map((block) => (block.type === "input"
    ? field(block, people, errors[block.block_id], press, held(block)) : blocks([block], people, press)[0]));
  const close = el("button", { type: "button", onclick: shut }, view.close?.text ?? "Cancel");
  const send = view.submit ? el("button", { class: "primary" }, view.submit.text) : null;
  const submit = (event) => { event.preventDefault(); hand(view, people, me, follow, event.target); };
  dialog.replaceChildren(el("form", { onsubmit: submit },
    el("h2", { id: "modal-title" }, view.title?.text ?? ""), body, el("div", { class: "actions end" }, close, send)));
  if (!dialog.open) dialog.showModal();
}

function holding(block, typed) {
  const value = typed[block.block_id]?.[block.element.action_id];
  return value === undefined ? undefined : { type: block.element.type, value };
}

const shut = () => attempt(() => call("slack/close", { user: shown.me, view_id: shown.id }));

async function hand(view, people, me, follow, form) {
  const answer = await tell("slack/submit", { user: me, view_id: view.id, values: valuesOf(form) });
  if (Object.keys(answer?.errors ?? {}).length) drawModal(view, people, me, follow, answer.errors);
}

byId("modal")?.addEventListener("cancel", (event) => { event.preventDefault(); shut(); });
