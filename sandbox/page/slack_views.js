// Dialogs and the home tab of the staff's Slack.

import { attempt, byId, call, el, refill, toast } from "./dom.js";
import { blocks, field, valuesOf } from "./blocks.js";

let shownView = "";

const told = (what, answer) => { if (answer && !answer.ok) toast(`The bot did not take ${what} (${answer.result}).`); };

// What is pressed in a view, with what stands in its fields.
function presser(view, me, form, follow) {
  return (action, value, address) => attempt(async () => {
    if (address && follow(address)) return;
    const values = form ? valuesOf(form) : {};
    told("that press", await call("slack/click", { user: me, view_id: view.id, action_id: action, value, values }));
  });
}

export function drawHome(view, people, me, follow) {
  const empty = el("p", { class: "empty" }, "The home tab has not been shown yet.");
  refill(byId("home"), view ? blocks(view.blocks, people, presser(view, me, null, follow)) : [empty]);
}

export function drawModal(view, people, me, errors = {}) {
  const dialog = byId("modal");
  const key = view ? `${me} ${view.id} ${view.hash}` : "";
  if (key === shownView && !Object.keys(errors).length) return;
  const isSame = view && shownView.startsWith(`${me} ${view.id} `);
  shownView = key;
  if (!view) { dialog.close(); return; }
  // What stands in a field stays there when the dialog is changed, as long as the field keeps its name.
  const kept = dialog.open && isSame ? valuesOf(dialog) : {};
  const close = el("button", { type: "button", onclick: () => shut(view, me) }, view.close?.text ?? "Cancel");
  const send = view.submit ? el("button", { class: "primary" }, view.submit.text) : null;
  const form = el("form", { onsubmit: (event) => { event.preventDefault(); hand(view, people, me, form); } });
  const press = presser(view, me, form, () => false);
  const body = view.blocks.map((block) => (
    block.type === "input" ? field(block, people, errors[block.block_id], press) : blocks([block], people, press)[0]));
  form.append(el("h2", { id: "modal-title" }, view.title?.text ?? ""), ...body.filter(Boolean),
    el("div", { class: "actions end" }, ...[close, send].filter(Boolean)));
  dialog.replaceChildren(form);
  for (const input of dialog.querySelectorAll("[data-block]")) {
    const before = kept[input.dataset.block]?.[input.dataset.action];
    if (["radio", "checkbox"].includes(input.type)) { if (before) input.checked = [before].flat().includes(input.value); }
    else if (typeof before === "string") input.value = before;
  }
  if (!dialog.open) dialog.showModal();
}

const shut = (view, me) => attempt(() => call("slack/close", { user: me, view_id: view.id }));

async function hand(view, people, me, form) {
  const answer = await attempt(() => call("slack/submit", { user: me, view_id: view.id, values: valuesOf(form) }));
  if (!answer) return;
  if (Object.keys(answer.errors).length) drawModal(view, people, me, answer.errors);
  else told("the dialog", answer);
}

export function listenToModal(whoAmI) {
  byId("modal").addEventListener("cancel", (event) => {
    event.preventDefault();
    const id = shownView.split(" ")[1];
    attempt(() => call("slack/close", { user: whoAmI(), view_id: id }));
  });
}
