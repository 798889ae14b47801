// What a call lets be heard, one thing after another: words by the browser's own voice, recordings,
// pauses, the tone.
//
// Promise: one voice sounds on the page at a time, and only one of this machine. Where none can
// (muted, another phone is speaking, a browser without a voice) the words take the time that
// reading them takes. Whatever the browser does, a prompt ends.

import { beep, isMuted } from "/tones.js";

const WORDS_A_SECOND = 2.5;
const PACES = { "x-slow": 0.5, slow: 0.75, medium: 1, fast: 1.25, "x-fast": 1.5 };
const STARTS_WITHIN = 5; // seconds, or the browser has no voice
const NO_VOICE = ["synthesis-unavailable", "synthesis-failed"];
const TONE_SECONDS = 0.5;

const speakers = new Set();
let heard = null; // the speaker that has the voice
let voiceless = !("speechSynthesis" in window);
let voiced = true; // whether there was a voice for what was said last

export const hasVoice = () => voiced && !voiceless;

// As the network writes it (90%, slow), as the browser wants it.
export function pace(rate) {
  const percent = /^(\d+)%$/.exec(rate || "");
  const factor = percent ? Number(percent[1]) / 100 : PACES[rate] || 1;
  return Math.min(Math.max(factor, 0.1), 10);
}

export function hush() {
  for (const speaker of speakers) speaker.skip();
}

export class Speaker {
  #queue = [];
  #turn = null;

  // `starts` is told what is begun, `rests` that all has been heard
  constructor(starts, rests) {
    this.starts = starts;
    this.rests = rests;
    speakers.add(this);
  }

  get busy() {
    return this.#turn !== null;
  }

  say(items) {
    this.#queue.push(...items);
    if (!this.busy) this.#next();
  }

  stop() {
    this.#queue = [];
    this.skip();
  }

  // On with the next one; with nothing left it rests.
  skip() {
    this.#turn?.end();
  }

  leave() {
    this.rests = this.starts = () => {};
    this.stop();
    speakers.delete(this);
  }

  #next() {
    const item = this.#queue.shift();
    if (item === undefined) {
      this.rests();
      return;
    }
    const turn = { end: () => {} };
    this.#turn = turn;
    let stop = () => {};
    turn.end = () => {
      if (this.#turn !== turn) return;
      this.#turn = null;
      if (heard === this) heard = null;
      stop();
      this.#next();
    };
    this.starts(item);
    stop = this.#perform(item, turn.end);
  }

  // Begins; gives what breaks it off.
  #perform(item, done) {
    if (item.kind === "pause") return after(item.seconds, done);
    if (item.kind === "beep") {
      beep();
      return after(TONE_SECONDS, done);
    }
    const silent = isMuted() || heard !== null;
    if (item.kind === "play") {
      if (silent) return after(item.seconds || 1, done);
      heard = this;
      return played(item, done);
    }
    voiced = !voiceless && speaks(item.language);
    if (silent || !voiced) return after(readingTime(item), done);
    heard = this;
    return spoken(item, done);
  }
}

function after(seconds, done) {
  const timer = setTimeout(done, seconds * 1000);
  return () => clearTimeout(timer);
}

function readingTime({ text, rate }) {
  return Math.max(text.split(/\s+/).length / WORDS_A_SECOND / pace(rate), 0.8);
}

function spoken(item, done) {
  const utterance = new SpeechSynthesisUtterance(item.text);
  utterance.lang = item.language || "en-US";
  utterance.rate = pace(item.rate);
  const voice = voiceFor(utterance.lang);
  if (voice) utterance.voice = voice;
  let rest = after(STARTS_WITHIN, () => {
    voiceless = true;
    speechSynthesis.cancel();
    rest = after(Math.max(readingTime(item) - STARTS_WITHIN, 0), done);
  });
  utterance.onstart = () => {
    rest();
    // some voices never tell that they have ended
    rest = after(readingTime(item) * 3 + 10, done);
  };
  utterance.onend = done;
  utterance.onerror = ({ error }) => {
    if (voiceless) return; // we broke it off, and are reading on
    voiceless = NO_VOICE.includes(error);
    rest();
    rest = after(readingTime(item), done);
  };
  speechSynthesis.speak(utterance);
  return () => {
    utterance.onstart = utterance.onend = utterance.onerror = null;
    rest();
    speechSynthesis.cancel();
  };
}

// Some browsers have voices at their maker's as well, which would be sent all that is said: only
// those of this machine speak here.
function voiceFor(language) {
  const wanted = language.toLowerCase();
  const known = speechSynthesis.getVoices().filter((voice) => voice.localService);
  const tag = (voice) => voice.lang.toLowerCase().replace("_", "-");
  return (
    known.find((voice) => tag(voice) === wanted) ||
    known.find((voice) => tag(voice).split("-")[0] === wanted.split("-")[0])
  );
}

// A browser that has not named its voices yet may have one.
function speaks(language = "en-US") {
  return speechSynthesis.getVoices().length === 0 || voiceFor(language) !== undefined;
}

function played(item, done) {
  const sound = new Audio(item.sound);
  let rest = () => {};
  const unheard = () => {
    rest = after(item.seconds || 1, done);
  };
  sound.onended = done;
  sound.onerror = unheard;
  sound.play().catch(() => sound.onerror && !sound.error && unheard());
  return () => {
    sound.onended = sound.onerror = null;
    sound.pause();
    rest();
  };
}
