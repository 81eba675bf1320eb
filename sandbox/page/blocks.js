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
    const attributes = { type: "button", class: item.style ?? "", onclick: () => ask() && press(item.action_id) };
    return el("button", attributes, emojis(item.text.text));
  }
  if (item.type === "image") return el("span", { class: "picture" }, item.alt_text);
  const options = (item.options ?? []).map((option) => el("option", { value: option.value }, option.text.text));
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

// An input block of a dialog, with its error. Its value is read by `valuesOf`.
export function field(block, people, error) {
  const id = `field-${block.block_id}`;
  const hint = block.hint ? el("small", { class: "muted" }, block.hint.text) : null;
  const problem = error ? el("p", { class: "error", id: `${id}-error` }, error) : null;
  const name = block.label.text + (block.optional ? " (optional)" : "");
  return el("div", { class: "field" }, el("label", { for: id }, name), control(block, id, people, error), hint, problem);
}

const TYPES = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };

function control(block, id, people, error) {
  const item = block.element;
  const common = {
    id, "data-block": block.block_id, "data-action": item.action_id,
    "aria-describedby": error ? `${id}-error` : undefined, "aria-invalid": error ? "true" : undefined,
  };
  if (item.type === "plain_text_input") {
    const more = { ...common, maxlength: item.max_length ?? 3000, placeholder: item.placeholder?.text };
    const start = item.initial_value ?? "";
    return item.multiline ? el("textarea", { ...more, rows: 5 }, start) : el("input", { ...more, value: start });
  }
  if (TYPES[item.type]) return el("input", { ...common, type: TYPES[item.type], value: item.initial_date ?? item.initial_time });
  const options = item.type === "users_select" ? Object.entries(people)
    : (item.options ?? []).map((option) => [option.value, option.text.text]);
  const several = ["checkboxes", "multi_static_select"].includes(item.type);
  const first = item.initial_option?.value;
  return el("select", { ...common, multiple: several }, several ? null : el("option", { value: "" }, "Choose"),
    options.map(([value, label]) => el("option", { value, selected: value === first }, label)));
}

export function valuesOf(form) {
  const values = {};
  for (const input of form.querySelectorAll("[data-block]")) {
    const value = input.multiple ? [...input.selectedOptions].map((option) => option.value) : input.value;
    values[input.dataset.block] = { [input.dataset.action]: value };
  }
  return values;
}
