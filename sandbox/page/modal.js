// Dialogs of the app, as one person sees them.

import { attempt, byId, call, el, toast } from "./dom.js";
import { blocks, field, valuesOf } from "./blocks.js";

let shown = null;
let shownFor = "";

// Draws `view` anew when it changed. Fields that stay keep what was typed, as in Slack.
export function drawModal(view, people, me, errors = {}) {
  const dialog = byId("modal");
  const key = view ? `${me} ${view.id} ${view.hash}` : "";
  if (key === shownFor && !Object.keys(errors).length) return;
  const typed = dialog.open && shown?.id === view?.id ? valuesOf(dialog) : {};
  [shown, shownFor] = [view ? { ...view, me } : null, key];
  if (!view) { dialog.close(); return; }
  const press = (action, value) => attempt(async () => {
    const answer = await call("slack/click", { user: me, view_id: view.id, action_id: action, value, values: valuesOf(dialog) });
    if (!answer.ok) toast(`The bot did not take that (${answer.result}).`);
  });
  const held = (block) => holding(block, typed) ?? view.state.values[block.block_id]?.[block.element.action_id];
  const body = view.blocks.map((block) => (block.type === "input"
    ? field(block, people, errors[block.block_id], held(block), press) : blocks([block], people, press)[0]));
  const close = el("button", { type: "button", onclick: shut }, view.close?.text ?? "Cancel");
  const send = view.submit ? el("button", { class: "primary" }, view.submit.text) : null;
  const submit = (event) => { event.preventDefault(); hand(view, people, me, event.target); };
  dialog.replaceChildren(el("form", { onsubmit: submit },
    el("h2", { id: "modal-title" }, view.title?.text ?? ""), body, el("div", { class: "actions end" }, close, send)));
  if (!dialog.open) dialog.showModal();
}

function holding(block, typed) {
  const value = typed[block.block_id]?.[block.element.action_id];
  return value === undefined ? undefined : { type: block.element.type, value };
}

const shut = () => attempt(() => call("slack/close", { user: shown.me, view_id: shown.id }));

async function hand(view, people, me, form) {
  const answer = await attempt(() => call("slack/submit", { user: me, view_id: view.id, values: valuesOf(form) }));
  if (!answer) return;
  if (Object.keys(answer.errors).length) drawModal(view, people, me, answer.errors);
  else if (!answer.ok) toast(`The bot did not take the dialog (${answer.result}).`);
}

byId("modal").addEventListener("cancel", (event) => { event.preventDefault(); shut(); });
