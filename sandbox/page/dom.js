// Small helpers. Text is only ever set as text, never as markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export const byId = (id) => document.getElementById(id);

export async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`sandbox/${path}`, options);
  const content = await answer.json();
  if (!answer.ok) throw new Error(typeof content.detail === "string" ? content.detail : `refused (${answer.status})`);
  return content;
}

let toastTimer;
export function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, 6000);
}

// Runs a call for a person who pressed something, and tells when it failed.
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    toast(`That did not work: ${error.message}.`);
    return null;
  }
}

export function remember(key, value) {
  try { localStorage.setItem(`sandbox.${key}`, value); } catch { /* a private window keeps nothing */ }
}

export function recall(key) {
  try { return localStorage.getItem(`sandbox.${key}`); } catch { return null; }
}

// Replaces the rows of a log and stays at its end, if that is where the reader was.
export function refill(log, rows) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40 || !log.childElementCount;
  const before = log.scrollTop;
  log.replaceChildren(...rows);
  log.scrollTop = atEnd ? log.scrollHeight : before;
}

// Offers options in a select without losing what is chosen.
export function offer(select, options, chosen) {
  const shape = JSON.stringify(options);
  if (select.dataset.shape !== shape) {
    select.dataset.shape = shape;
    select.replaceChildren(...options.map(([value, label]) => el("option", { value }, label)));
  }
  select.value = chosen ?? "";
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "UTC" };
const DAY = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };
export const hour = (date) => date.toLocaleTimeString("en-GB", CLOCK);
export const day = (date) => date.toLocaleDateString("en-GB", DAY);

// Puts a line with the date before the first row of each day.
export function withDays(entries) {
  let last = "";
  return entries.flatMap(({ date, row }) => {
    const today = day(date);
    const line = today === last ? [] : [el("p", { class: "day" }, today)];
    last = today;
    return [...line, row];
  });
}
