// The page with the handsets. It holds no truth: everything shown comes from /changes, by a long
// poll that tells what changed since the version last seen.

import { Call, isOver } from "/call.js";
import { past } from "/captions.js";
import { get, pathOf, post, spaced } from "/network.js";
import { count } from "/segments.js";

const WAIT = 25; // seconds of one long poll
const LATER = [500, 1000, 2000, 5000]; // milliseconds until the next try
const MARKS = {
  sent: ["✓", "Sent"],
  delivered: ["✓✓", "Delivered"],
  failed: ["!", "The service did not answer"],
};
const SUGGESTED = ["Ben’s phone", "Carla’s phone", "Dev’s phone", "Coordinator’s phone"];

const $ = (id) => document.getElementById(id);
const phones = new Map(); // number -> the parts of its section
const texts = new Map(); // number -> bubbles in order
let version = -1; // of what is shown
let era = ""; // of that version: another after the network was started anew

// --- talking to the network

const changes = (wait) => get(`/changes?era=${era}&since=${version}&wait=${wait}`);

// A phone picked up just now has older texts: look at everything anew.
async function refresh() {
  version = -1;
  show(await changes(0));
}

async function follow() {
  let failures = 0;
  for (;;) {
    try {
      const wait = version < 0 ? 0 : WAIT;
      show(await changes(wait));
      failures = 0;
      say("Connected", false);
    } catch {
      say("The network does not answer. Trying again", true);
      await new Promise((go) => setTimeout(go, LATER[Math.min(failures, LATER.length - 1)]));
      failures += 1;
    }
  }
}

function say(words, bad) {
  const state = $("state");
  if (state.textContent !== words) state.textContent = words;
  state.classList.toggle("bad", bad);
}

// --- showing

function show(news) {
  if (news.whole) {
    texts.clear();
    const sids = new Set(news.calls.map((call) => call.sid));
    for (const phone of phones.values()) {
      phone.thread.replaceChildren();
      phone.call.known(sids);
    }
  }
  ({ version, era } = news);
  $("line").textContent = news.service.map(spaced).join(", ");
  for (const handset of news.handsets) showHandset(handset, news.service);
  const kept = new Set(news.handsets.map((handset) => handset.number));
  for (const [number, phone] of phones) {
    if (!kept.has(number)) {
      phone.call.leave();
      phone.section.remove();
      phones.delete(number);
      texts.delete(number);
    }
  }
  $("empty").hidden = kept.size > 0;
  showOthers(news.others);
  const changed = new Map();
  for (const text of news.texts) {
    const number = text.direction === "out" ? text.from : text.to;
    if (!changed.has(number)) changed.set(number, []);
    changed.get(number).push(text);
  }
  for (const call of news.calls) if (isOver(call)) addPast(call, changed);
  for (const [number, bubbles] of changed) showTexts(number, bubbles);
  for (const call of news.calls) phones.get(call.handset)?.call.take(call);
  for (const phone of phones.values()) {
    phone.start.hidden = phone.thread.childElementCount > 0;
    phone.thread.hidden = phone.thread.childElementCount === 0;
  }
}

// A call that is over stands among the texts, by when it was made. One that failed never rang.
function addPast(call, changed) {
  if (call.status === "failed" && call.direction === "in") return;
  if (!changed.has(call.handset)) changed.set(call.handset, []);
  changed.get(call.handset).push(call);
  changed.get(call.handset).sort((one, other) => one.at.localeCompare(other.at));
}

function showHandset({ number, name, opted_out: stopped }, lines) {
  const phone = phones.get(number) || makeHandset(number);
  phone.title.textContent = name;
  phone.number.textContent = name === number ? "" : spaced(number);
  phone.stopped.hidden = !stopped;
  phone.thread.setAttribute("aria-label", `Texts on ${name}`);
  phone.label.textContent = `Write a text on ${name}`;
  phone.call.face.name(name);
  phone.call.face.lines(lines);
  phone.remove.setAttribute("aria-label", `Take ${name} off this page`);
  phone.remove.title = "Take off this page";
}

function makeHandset(number) {
  const section = $("phone").content.cloneNode(true).firstElementChild;
  const part = (selector) => section.querySelector(selector);
  const phone = {
    section,
    title: part("h2"),
    number: part(".number"),
    stopped: part(".stopped"),
    remove: part(".remove"),
    thread: part(".thread"),
    start: part(".start"),
    form: part(".compose"),
    label: part(".compose label"),
    box: part("textarea"),
    count: part(".count"),
  };
  const id = `p${number.replace(/\D/g, "")}`;
  phone.title.id = `${id}-name`;
  section.setAttribute("aria-labelledby", phone.title.id);
  phone.box.id = `${id}-text`;
  phone.count.id = `${id}-count`;
  phone.label.htmlFor = phone.box.id;
  phone.count.htmlFor = phone.box.id;
  phone.box.setAttribute("aria-describedby", phone.count.id);
  phone.remove.addEventListener("click", () => takeOff(number));
  part(".join").addEventListener("click", () => send(number, "JOIN"));
  phone.form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(number, phone.box.value);
  });
  phone.box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      phone.form.requestSubmit();
    }
  });
  phone.box.addEventListener("input", () => showCount(phone));
  phone.call = new Call(number, section);
  phones.set(number, phone);
  $("phones").append(section);
  showCount(phone);
  return phone;
}

function showTexts(number, bubbles) {
  const phone = phones.get(number);
  if (!phone) return;
  if (!texts.has(number)) texts.set(number, new Map());
  const known = texts.get(number);
  const { thread } = phone;
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  let added = false;
  for (const bubble of bubbles) {
    const item = known.get(bubble.sid);
    if (item) {
      fill(item, bubble);
      continue;
    }
    const made = bubble.expects ? { item: document.createElement("li") } : makeBubble();
    fill(made, bubble);
    const day = dayOf(bubble.at);
    if (thread.dataset.day !== day || !thread.childElementCount) {
      thread.dataset.day = day;
      thread.append(divider(day));
    }
    known.set(bubble.sid, made);
    thread.append(made.item);
    added = true;
  }
  if (added) {
    thread.hidden = false;
    const mine = bubbles.at(-1).direction === "out";
    if (atEnd || mine) thread.scrollTop = thread.scrollHeight;
  }
}

function makeBubble() {
  const item = document.createElement("li");
  const body = document.createElement("p");
  const foot = document.createElement("p");
  const mark = document.createElement("span");
  const unseen = document.createElement("span");
  const about = document.createElement("span");
  foot.className = "foot";
  mark.className = "mark";
  mark.setAttribute("aria-hidden", "true");
  unseen.className = "unseen";
  foot.append(about, mark, unseen);
  item.append(body, foot);
  return { item, body, about, mark, unseen };
}

function fill(made, bubble) {
  if (bubble.expects) {
    made.item.className = "past";
    made.item.textContent = `${past(bubble)} · ${timeOf(bubble.at)}`;
    return;
  }
  const { item, body, about, mark, unseen } = made;
  item.className = `bubble ${bubble.direction}${bubble.by === "network" ? " network" : ""}`;
  item.classList.toggle("failed", bubble.status === "failed");
  body.textContent = bubble.body || (bubble.media.length ? "" : "The words are gone");
  body.classList.toggle("gone", !bubble.body);
  if (bubble.media.length) {
    const note = bubble.media.length === 1 ? "1 attachment" : `${bubble.media.length} attachments`;
    body.textContent += `${bubble.body ? "\n" : ""}[${note}]`;
  }
  const parts = [timeOf(bubble.at)];
  if (bubble.segments > 1) parts.push(`${bubble.segments} segments`);
  if (bubble.by === "network") parts.unshift("The phone network");
  about.textContent = parts.join(" · ");
  const [sign, words] = bubble.direction === "out" ? MARKS[bubble.status] || ["", ""] : ["", ""];
  mark.textContent = sign;
  mark.title = words;
  unseen.textContent = bubble.status === "failed" ? "" : words;
  if (bubble.direction === "out" && bubble.status === "failed") {
    about.textContent = `${parts.join(" · ")} · ${words}`;
  }
}

function divider(day) {
  const item = document.createElement("li");
  item.className = "day";
  item.textContent = day;
  return item;
}

function showOthers(numbers) {
  const list = $("elsewhere").querySelector("ul");
  $("elsewhere").hidden = numbers.length === 0;
  const shown = [...list.querySelectorAll("button")].map((button) => button.dataset.number);
  if (shown.join() === numbers.join()) return;
  list.replaceChildren(
    ...numbers.map((number) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.number = number;
      button.textContent = `Pick up ${spaced(number)}`;
      button.addEventListener("click", () => pickUp(number));
      item.append(button);
      return item;
    }),
  );
}

function showCount(phone) {
  const { units, segments, room, encoding } = count(phone.box.value);
  const kind = encoding === "GSM-7" ? "" : " (special letters)";
  phone.count.textContent =
    units === 0 ? "" : `${segments} ${segments === 1 ? "segment" : "segments"}, ${room} left${kind}`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(undefined, {
  weekday: "long", day: "numeric", month: "long",
});
const timeOf = (at) => clock.format(new Date(at));
const dayOf = (at) => calendar.format(new Date(at));

// --- doing

async function send(number, body) {
  const phone = phones.get(number);
  if (!body.trim()) {
    phone.box.focus();
    return;
  }
  phone.box.value = "";
  showCount(phone);
  phone.box.focus();
  try {
    await post(`${pathOf(number)}/send`, { body });
  } catch (error) {
    if (!phone.box.value) phone.box.value = body; // nothing typed is ever lost
    showCount(phone);
    phone.count.textContent = error instanceof TypeError ? "Not sent. Try again" : error.message;
  }
}

async function pickUp(number) {
  await post("/handsets", { number, name: "" });
  await refresh();
  phones.get(number)?.box.focus();
}

async function takeOff(number) {
  const next = phones.get(number).section.nextElementSibling;
  await fetch(pathOf(number), { method: "DELETE" });
  (next?.querySelector("textarea") || $("add")).focus();
}

function suggest() {
  const used = new Set([...phones.keys()]);
  let last = 2001;
  while (used.has(`+1555014${last}`)) last += 1;
  $("new-number").value = spaced(`+1555014${last}`);
  $("new-name").value = "";
  $("new-name").placeholder = SUGGESTED[phones.size % SUGGESTED.length];
  $("new-wrong").textContent = "";
}

$("add").addEventListener("click", () => {
  suggest();
  $("adding").showModal();
});
$("add-cancel").addEventListener("click", () => $("adding").close());
$("add-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = $("new-name").value.trim() || $("new-name").placeholder;
  try {
    const made = await post("/handsets", { number: $("new-number").value, name });
    $("adding").close();
    await refresh();
    phones.get(made.number)?.box.focus();
  } catch (error) {
    $("new-wrong").textContent = error.message;
    $("new-number").focus();
  }
});

// --- light and dark: as the system has it until somebody chooses

const dark = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => localStorage.getItem("theme");

function paint() {
  const theme = chosen() || (dark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme;
  $("theme").textContent = theme === "dark" ? "Light" : "Dark";
  $("theme").setAttribute("aria-label", `Change to ${theme === "dark" ? "light" : "dark"}`);
}

$("theme").addEventListener("click", () => {
  localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  paint();
});
dark.addEventListener("change", paint);
paint();
follow();
