// Renders Slack's Block Kit, as far as the sandbox's validator lets it pass.

import { el } from "./dom.js";

const EMOJI = {
  wave: "👋", tada: "🎉", white_check_mark: "✅", warning: "⚠️", speech_balloon: "💬", bust_in_silhouette: "👤",
  hourglass: "⏳", lock: "🔒", bell: "🔔", phone: "📞", eyes: "👀", raised_hand: "✋", memo: "📝", clock3: "🕒",
};
const PATTERN = new RegExp([
  "<(?<link>[^<>|\\n]+)(?:\\|(?<label>[^<>\\n]*))?>",
  "`(?<code>[^`\\n]+)`",
  "\\*(?<bold>[^*\\n]+)\\*",
  "(?<![\\w])_(?<italic>[^_\\n]+)_(?![\\w])",
  "~(?<struck>[^~\\n]+)~",
  ":(?<emoji>[a-z0-9_+-]+):",
].join("|"), "g");

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

function link(target, label, people) {
  if (target.startsWith("@")) return el("span", { class: "mention" }, `@${people[target.slice(1)] ?? target.slice(1)}`);
  if (target.startsWith("!date")) return unescape(label ?? target);
  if (/^[#!]/.test(target)) return el("span", { class: "mention" }, label || target);
  if (!/^(https?:|mailto:|tel:)/i.test(target)) return unescape(label ?? target);
  return el("a", { href: unescape(target), target: "_blank", rel: "noopener noreferrer" }, unescape(label ?? target));
}

function inline(text, people) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(PATTERN)) {
    const { link: target, label, code, bold, italic, struck, emoji } = found.groups;
    nodes.push(unescape(text.slice(end, found.index)));
    end = found.index + found[0].length;
    if (target) nodes.push(link(target, label, people));
    else if (code) nodes.push(el("code", {}, unescape(code)));
    else if (bold) nodes.push(el("strong", {}, inline(bold, people)));
    else if (italic) nodes.push(el("em", {}, inline(italic, people)));
    else if (struck) nodes.push(el("s", {}, inline(struck, people)));
    else nodes.push(EMOJI[emoji] ?? found[0]);
  }
  nodes.push(unescape(text.slice(end)));
  return nodes;
}

export function mrkdwn(text, people) {
  return text.split("\n").map((line) => {
    const quoted = /^(&gt;|>) ?/.exec(line);
    if (quoted) return el("blockquote", {}, inline(line.slice(quoted[0].length), people));
    return el("div", { class: "line" }, line ? inline(line, people) : "\u00a0");
  });
}

function text(object, people) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text, people) : [el("div", { class: "line plain" }, object.emoji === false ? object.text : emojis(object.text))];
}

const emojis = (plain) => plain.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

// An element of an actions block. `press(action_id, value)` sends it.
function element(item, people, press) {
  if (item.type === "button") {
    const ask = () => !item.confirm || window.confirm(`${item.confirm.title.text}\n\n${item.confirm.text.text}`);
    const attributes = { type: "button", class: item.style ?? "", onclick: () => ask() && press(item.action_id, item.value, item.url) };
    return el("button", attributes, emojis(item.text.text));
  }
  if (item.type === "image") return el("span", { class: "picture" }, item.alt_text);
  const options = optionsOf(item).map(([value, label]) => el("option", { value }, emojis(label)));
  if (!options.length) return el("span", { class: "muted" }, `(${item.type})`);
  const name = item.placeholder?.text ?? "Choose";
  const chosen = (event) => event.target.value && press(item.action_id, event.target.value);
  return el("select", { "aria-label": name, onchange: chosen }, el("option", { value: "" }, name), options);
}

const plainOf = (node) => (node.text && typeof node.text === "string" ? node.text : "") + (node.elements ?? []).map(plainOf).join("");

const RENDER = {
  header: (block) => el("h4", {}, emojis(block.text.text)),
  divider: () => el("hr"),
  section: (block, people, press) => el("div", { class: "section" },
    el("div", {}, text(block.text, people),
      block.fields && el("div", { class: "fields" }, block.fields.map((field) => el("div", {}, text(field, people))))),
    block.accessory && element(block.accessory, people, press)),
  context: (block, people) => el("div", { class: "context" }, block.elements.map((item) => (
    item.type === "image" ? el("span", { class: "picture" }, item.alt_text) : el("span", {}, text(item, people))))),
  actions: (block, people, press) => el("div", { class: "actions" }, block.elements.map((item) => element(item, people, press))),
  image: (block) => el("p", { class: "picture" }, block.alt_text),
  rich_text: (block) => el("div", { class: "line" }, plainOf(block)),
  markdown: (block, people) => el("div", {}, mrkdwn(block.text, people)),
};

export function blocks(list, people, press) {
  return list.map((block) => RENDER[block.type]?.(block, people, press) ?? null);
}

// An input block of a dialog, with its error and what stands in it. Its value is read by `valuesOf`; a field that asks
// for it is told at once by `press(action_id, value)`.
export function field(block, people, error, press, held) {
  const id = `field-${block.block_id}`;
  const hint = block.hint ? el("small", { class: "muted" }, block.hint.text) : null;
  const problem = error ? el("p", { class: "error", id: `${id}-error` }, error) : null;
  const name = block.label.text + (block.optional ? " (optional)" : "");
  const input = control(block, id, people, error, heldIn(held, block.element));
  if (block.dispatch_action && press) input.addEventListener("change", () => press(block.element.action_id, valueOf(input)));
  return el("div", { class: "field" }, el("label", { for: id }, name), input, hint, problem);
}

const TYPES = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };
const CHOICES = { radio_buttons: "radio", checkboxes: "checkbox" };
const optionsOf = (item) => (item.options ?? (item.option_groups ?? []).flatMap((group) => group.options))
  .map((option) => [option.value, option.text.text]);

// What stands in a field: what Slack holds of it, or what the app put there.
function heldIn(held, item) {
  if (!held) {
    const options = item.initial_options ?? (item.initial_option ? [item.initial_option] : []);
    const [single] = Object.entries(item).filter(([name]) => /^initial_(value|date|time|user|channel|conversation)$/.test(name));
    return options.length ? options.map((option) => option.value) : single ? [single[1]] : [];
  }
  const value = held.selected_options ?? Object.entries(held).find(([name]) => name !== "type")?.[1];
  return (Array.isArray(value) ? value : [value]).map((one) => one?.value ?? one).filter((one) => one !== null && one !== undefined);
}

function control(block, id, people, error, held) {
  const item = block.element;
  const common = {
    id, "data-block": block.block_id, "data-action": item.action_id,
    "aria-describedby": error ? `${id}-error` : undefined, "aria-invalid": error ? "true" : undefined,
  };
  if (item.type === "plain_text_input") {
    const more = { ...common, maxlength: item.max_length ?? 3000, placeholder: item.placeholder?.text };
    const start = held[0] ?? "";
    return item.multiline ? el("textarea", { ...more, rows: 5 }, start) : el("input", { ...more, value: start });
  }
  if (TYPES[item.type]) return el("input", { ...common, type: TYPES[item.type], value: held[0] });
  if (CHOICES[item.type]) {
    return el("fieldset", { ...common, class: "choices" }, optionsOf(item).map(([value, label]) => el("label", {},
      el("input", { type: CHOICES[item.type], name: id, value, checked: held.includes(value) }), emojis(label))));
  }
  const options = item.type === "users_select" ? Object.entries(people) : optionsOf(item);
  const several = item.type === "multi_static_select";
  return el("select", { ...common, multiple: several }, several ? null : el("option", { value: "" }, item.placeholder?.text ?? "Choose"),
    options.map(([value, label]) => el("option", { value, selected: held.includes(value) }, emojis(label))));
}

function valueOf(input) {
  if (input.tagName === "FIELDSET") {
    const chosen = [...input.querySelectorAll("input:checked")].map((one) => one.value);
    return input.querySelector("[type=radio]") ? chosen[0] ?? "" : chosen;
  }
  return input.multiple ? [...input.selectedOptions].map((option) => option.value) : input.value;
}

export function valuesOf(form) {
  const values = {};
  for (const input of form.querySelectorAll("[data-block]")) {
    (values[input.dataset.block] ??= {})[input.dataset.action] = valueOf(input);
  }
  return values;
}
