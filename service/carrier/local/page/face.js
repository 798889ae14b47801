// How a call looks on its phone: the parts, what is shown of them when, and where the focus goes.
//
// Promise: decides nothing about the call. A ring never takes the focus from what somebody is
// typing; where the part with the focus goes away, the focus goes to what is next.

import { canHear } from "/hearing.js";
import { spaced } from "/network.js";

const KEYS = "123456789*0#";
const KEY_NAMES = { "*": "Star", "#": "Pound" };
const LETTERS = ["", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ", "", "", ""];
const PARTS = {
  dialling: ["dialling"],
  ringing: ["ringing"],
  calling: ["captions", "during"],
  talking: ["captions", "say", "keypad", "typed", "during"],
  recording: ["captions", "recording", "keypad", "during"],
  elsewhere: ["elsewhere-call"],
  over: ["captions", "over"],
};
const ALL = ["dialling", "ringing", "captions", "recording", "say", "keypad", "typed", "during",
  "elsewhere-call", "over"];
const WHOLE = ["calling", "talking", "recording", "over"]; // in place of the texts
const UNDER_WAY = ["ringing", "calling", "talking", "recording", "elsewhere"];
const COUNTS_FROM = 10; // seconds: earlier, a count would only be in a hurry

export class Face {
  #folded = false;
  look = "none";
  owner = "The phone";

  // `does`: what happens when something is pressed, by name
  constructor(phone, does) {
    this.phone = phone;
    this.root = phone.querySelector(".call");
    this.caller = phone.querySelector(".dial");
    this.told = phone.querySelector(".told");
    const names = [...ALL, "call-state", "call-with", "call-time", "call-wrong", "fold", "speak",
      "microphone", "listening", "voiceless", "nothing", "patient", "mute", "hang"];
    this.parts = Object.fromEntries(
      names.map((name) => [name, this.root.querySelector(`.${name}`)]),
    );
    this.box = this.parts.say.querySelector("input[type=text]");
    this.#makeKeypad(does.key);
    this.#wire(does);
  }

  #makeKeypad(pressed) {
    const { keypad } = this.parts;
    keypad.setAttribute("aria-label", "Keypad. The keys can be typed as well");
    keypad.append(
      ...[...KEYS].map((digit, place) => {
        const button = document.createElement("button");
        const letters = document.createElement("small");
        button.type = "button";
        button.textContent = digit;
        letters.textContent = LETTERS[place];
        button.append(letters);
        button.setAttribute("aria-label", KEY_NAMES[digit] || digit);
        button.addEventListener("click", () => pressed(digit));
        return button;
      }),
    );
    this.root.addEventListener("keydown", (event) => {
      const typing = event.target.matches("input[type=text], select");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!["talking", "recording"].includes(this.look) || !KEYS.includes(event.key)) return;
      event.preventDefault();
      pressed(event.key);
    });
  }

  #wire(does) {
    const { parts } = this;
    const on = (part, name) => part.addEventListener("click", does[name]);
    const find = (selector) => this.root.querySelector(selector);
    on(this.caller, "open");
    on(find(".answer"), "answer");
    on(find(".decline"), "decline");
    on(find(".ignore"), "ignore");
    on(find(".voicemail"), "voicemail");
    on(parts.speak, "speak");
    on(parts.microphone, "listen");
    on(parts.nothing, "nothing");
    parts.patient.addEventListener("change", does.patient);
    on(parts.mute, "mute");
    on(parts.hang, "hangUp");
    on(find(".take"), "takeOver");
    for (const button of this.root.querySelectorAll(".leave")) on(button, "close");
    parts.fold.addEventListener("click", () => this.fold(!this.#folded));
    parts.dialling.addEventListener("submit", (event) => {
      event.preventDefault();
      const hidden = parts.dialling.querySelector(".hidden-number").checked;
      does.dial(parts.dialling.querySelector("select").value, hidden);
    });
    parts.say.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.box.value.trim();
      if (text) does.say(text, parts.say.querySelector(".unclear input").checked);
      this.box.focus();
    });
    this.box.addEventListener("input", does.typing);
    parts.microphone.hidden = parts.listening.hidden = !canHear;
  }

  // --- names

  name(name) {
    this.owner = name;
    this.root.setAttribute("aria-label", `Call on ${name}`);
    this.caller.setAttribute("aria-label", `Call from ${name}`);
    this.parts.captions.setAttribute("aria-label", `What is said in the call on ${name}`);
    this.parts.say.querySelector(".unseen").textContent = `Say something in the call on ${name}`;
    this.box.id = `${this.phone.querySelector("textarea").id}-call`;
    this.parts.say.querySelector(".unseen").htmlFor = this.box.id;
  }

  lines(numbers) {
    const select = this.parts.dialling.querySelector("select");
    this.parts.dialling.querySelector(".line").hidden = numbers.length < 2;
    if ([...select.options].map((option) => option.value).join() === numbers.join()) return;
    select.replaceChildren(...numbers.map((number) => new Option(spaced(number), number)));
  }

  // --- what is shown

  show(look) {
    const mine = this.root.contains(document.activeElement);
    const changed = look !== this.look;
    this.look = look;
    for (const name of ALL) this.parts[name].hidden = !PARTS[look]?.includes(name);
    this.root.hidden = look === "none";
    this.root.dataset.look = look;
    this.phone.classList.toggle("on-the-line", UNDER_WAY.includes(look));
    this.parts.fold.hidden = !["talking", "recording"].includes(look);
    if (!WHOLE.includes(look)) this.#folded = false;
    this.#cover();
    const focused = document.activeElement;
    const lost = mine && !(this.root.contains(focused) && focused.checkVisibility());
    const answered = look === "talking" && document.activeElement === this.parts.hang;
    if (changed && (lost || answered)) this.focus();
  }

  focus() {
    const { dialling, keypad, speak, over } = this.parts;
    const next = {
      dialling: dialling.querySelector("[type=submit]"),
      calling: this.parts.hang,
      talking: keypad,
      recording: speak,
      over: over.querySelector("button"),
      none: this.caller,
    }[this.look];
    next?.focus({ preventScroll: true });
  }

  fold(folded) {
    this.#folded = folded;
    this.#cover();
    if (folded) this.phone.querySelector("textarea").focus({ preventScroll: true });
  }

  // In a call the texts make room, until somebody wants to see them.
  #cover() {
    this.root.classList.toggle("folded", this.#folded);
    this.phone.classList.toggle("talking", WHOLE.includes(this.look) && !this.#folded);
    this.parts.fold.textContent = this.#folded ? "Back to the call" : "Texts";
    this.parts.fold.setAttribute("aria-expanded", String(!this.#folded));
  }

  state(words, other) {
    write(this.parts["call-state"], words);
    // what appears together with its words is not read out everywhere; this part is always there
    write(this.told, words);
    write(this.parts["call-with"], other);
  }

  wrong(words) {
    write(this.parts["call-wrong"], words);
  }

  time(words) {
    write(this.parts["call-time"], words);
  }

  typed(keys) {
    write(this.parts.typed, keys && `Keys: ${keys}`);
  }

  // What the button that waits for nobody would do now, and when that happens by itself.
  // Together with others nobody waits for this one.
  hurry(speaking, typed, left, together) {
    const what = speaking ? "Skip the voice" : typed ? "No more keys" : "Say nothing";
    const soon = left !== null && left <= COUNTS_FROM ? ` (${left})` : "";
    write(this.parts.nothing, what + soon);
    this.parts.nothing.setAttribute("aria-label", what);
    this.parts.nothing.disabled = together && !speaking;
  }

  speaking(words) {
    write(this.parts.speak, words);
  }

  switches({ muted, patient, listening, voiceless, unspoken }) {
    this.parts.mute.setAttribute("aria-pressed", String(muted));
    this.parts.patient.checked = patient;
    this.parts.microphone.setAttribute("aria-pressed", String(listening));
    write(this.parts.microphone, listening ? "Listening" : "Speak");
    // a voice that is heard is not read out by a second one
    const read = muted || voiceless || unspoken;
    this.parts.captions.setAttribute("aria-live", read ? "polite" : "off");
    const speaks = ["talking", "recording"].includes(this.look);
    this.parts.voiceless.hidden = muted || unspoken || !voiceless || !speaks;
  }

  clear() {
    this.parts.captions.replaceChildren();
  }

  add(item) {
    const { captions } = this.parts;
    captions.append(item);
    captions.scrollTop = captions.scrollHeight;
  }

  spotlight(item) {
    const { captions } = this.parts;
    for (const lit of captions.querySelectorAll(".now")) lit.classList.remove("now");
    if (!item) return;
    item.classList.add("now");
    const below = item.offsetTop - captions.offsetTop;
    if (below < captions.scrollTop || below > captions.scrollTop + captions.clientHeight - 40) {
      captions.scrollTop = below - 12;
    }
  }
}

// The same words again would be read out again.
function write(part, words) {
  if (part.textContent !== words) part.textContent = words;
}
