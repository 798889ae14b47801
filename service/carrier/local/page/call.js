// A call on one of the phones: what the person does with it, and how time passes in it.
//
// Promise: the network holds the call; this follows it. Only the page on which a call was dialled
// or answered (or taken over) speaks it and lets time pass in it, so that two pages do not hurry
// each other. Silence counts from the end of what is said, and not while somebody types.

import { caption, clockOf, stateOf } from "/captions.js";
import { Face } from "/face.js";
import { listen } from "/hearing.js";
import { hold, holds } from "/held.js";
import { get, pathOf, post, spaced } from "/network.js";
import { Patience } from "/patience.js";
import { isMuted, key as keyTone, mute, ring, ringback } from "/tones.js";
import { hasVoice, hush, Speaker } from "/voice.js";

const FINAL = ["completed", "busy", "no-answer", "failed", "canceled"];
const SOUNDS = ["say", "voice", "play", "pause", "beep"];
const GREETING = "Hello. Nobody can answer now. Please leave a message after the tone.";
const CLEAR = 0.9; // how surely typed words are heard
const UNCLEAR = 0.5;
const NO_KEYS = "It listens to words alone now. Say it, in the box above the keys.";
const NO_WORDS = "It listens to keys alone now.";
const UNINTERRUPTED = "It cannot be interrupted. Wait until it has spoken.";
const NO_NETWORK = "The network does not answer. Try again.";
const BEAT = 250; // milliseconds between two looks at the time

export const isOver = (call) => FINAL.includes(call.status);
const calls = new Set();
let patient = localStorage.getItem("patient") === "yes";

export class Call {
  #call = null; // as the network told of it last
  #last = 0; // of the events shown
  #before = null; // the event shown last
  #dialling = false; // the form is open
  #dialled = false; // ... and was sent
  #sending = Promise.resolve(); // what is done goes out in order
  #asking = false;
  #patience = new Patience();
  #answered = 0;
  #speaking = 0; // since when, into a recording
  #unspoken = false; // a voicemail listens, not a person
  #stopRing = null;
  #rings = "";
  #stopHearing = null;

  constructor(number, phone) {
    this.number = number;
    this.face = new Face(phone, {
      open: () => this.#open(),
      dial: (to, hidden) => this.#dial(to, hidden),
      answer: () => this.#pickUp("answer"),
      decline: () => this.#do("busy"),
      ignore: () => this.#do("ignore"),
      voicemail: () => this.#pickUp("machine", { words: GREETING }),
      key: (digit) => this.#press(digit),
      say: (text, unclear) => this.#say(text, unclear ? UNCLEAR : CLEAR),
      typing: () => this.#wait(true),
      listen: () => this.#listen(),
      speak: () => this.#speak(),
      nothing: () => (this.speaker.busy ? this.speaker.stop() : this.#silence()),
      patient: () => this.#takeTime(),
      mute: () => this.#mute(),
      hangUp: () => this.#hangUp(),
      takeOver: () => this.#takeOver(),
      close: () => this.#close(),
    });
    this.speaker = new Speaker(
      ({ item }) => this.face.spotlight(item),
      () => this.#show(),
    );
    calls.add(this);
    this.beat = setInterval(() => this.#tick(), BEAT);
    this.#show();
  }

  // --- told by the page

  // The network was started anew: a call that it does not know is no more.
  known(sids) {
    if (this.#call && !sids.has(this.#call.sid)) this.#close();
  }

  take(view) {
    if (view.sid !== this.#call?.sid) {
      if (isOver(view) && !this.#dialled) return;
      if (this.#call && !isOver(this.#call) && view.at < this.#call.at) return;
      this.#begin(view);
    }
    this.#hear(view.events);
    if (view.state >= this.#call.state) this.#call = { ...view, events: [] };
    if (!this.#answered && this.#call.status === "in-progress") this.#answered = Date.now();
    if (view.last > this.#last) this.#ask();
    this.#show();
  }

  leave() {
    clearInterval(this.beat);
    calls.delete(this);
    this.speaker.leave();
    this.#stopHearing?.();
    this.#stopRing?.();
    if (this.#mine && !isOver(this.#call)) post(`/calls/${this.#call.sid}/hangup`).catch(() => {});
    this.#call = null;
  }

  // --- following the call

  get #mine() {
    return this.#call !== null && holds(this.#call.sid);
  }

  #begin(view) {
    this.#call = null;
    this.speaker.stop();
    this.#stopHearing?.();
    this.#call = { ...view, events: [] };
    this.#last = this.#answered = this.#speaking = 0;
    this.#before = null;
    this.#unspoken = this.#dialling = false;
    this.face.clear();
    this.face.wrong("");
    if (this.#dialled && view.direction === "out") hold(view.sid);
    this.#dialled = false;
  }

  #hear(events) {
    const heard = [];
    for (const event of events) {
      if (event.seq !== this.#last + 1) continue;
      this.#last = event.seq;
      const who = this.#unspoken ? "The voicemail" : "You";
      const item = caption(event, this.#before, this.#call.direction, who);
      this.#before = event;
      if (item) this.face.add(item);
      if (SOUNDS.includes(event.kind) && event.by !== "person") {
        heard.push({ ...event, item, sound: `/calls/${this.#call.sid}/sounds/${event.seq}` });
      }
    }
    if (heard.length && this.#mine && !this.#unspoken) this.speaker.say(heard);
  }

  // What was said, where the page was told only that something was.
  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    const { sid } = this.#call;
    try {
      const told = await get(`/calls/${sid}?since=${this.#last}`);
      this.#asking = false;
      if (this.#call?.sid === sid) this.take(told);
    } catch {
      this.#asking = false; // the page says that the network is away, and asks again
    }
  }

  // Things done go out one after another; `given` is asked when it is the turn of this one.
  #do(what, given = () => ({})) {
    const { sid } = this.#call;
    this.#sending = this.#sending.then(async () => {
      try {
        const body = this.#call?.sid === sid ? given() : null;
        if (body === null) return;
        const told = await post(`/calls/${sid}/${what}`, body);
        if (this.#call?.sid === sid) this.take(told);
      } catch (error) {
        this.#failed(error);
      }
    });
  }

  #failed(error) {
    this.face.wrong(error instanceof TypeError ? NO_NETWORK : error.message);
  }

  // --- what the person does

  #open() {
    if (this.#call && !isOver(this.#call)) return;
    this.#call = null;
    this.speaker.stop();
    this.#dialling = true;
    this.face.wrong("");
    this.#show();
    this.face.focus();
  }

  async #dial(to, hidden) {
    if (this.#dialled) return;
    this.#dialled = true;
    this.face.wrong("");
    try {
      const told = await post(`${pathOf(this.number)}/dial`, { to, hidden, wait: false });
      hold(told.sid);
      this.take(told);
    } catch (error) {
      this.#dialled = false;
      this.#failed(error);
    }
  }

  #pickUp(what, given = {}) {
    hold(this.#call.sid);
    this.#unspoken = what === "machine";
    this.#do(what, () => given);
  }

  #press(digit) {
    keyTone(digit);
    this.face.wrong("");
    if (!this.#mine || isOver(this.#call)) return;
    if (this.#call.awaits === "recording") {
      if (this.#speaking && this.#call.expects.finish_on_key.includes(digit)) this.#record(digit);
      return;
    }
    this.#do("keys", () => {
      const { awaits, expects } = this.#call;
      if (awaits === "keys" && !expects.keys) throw new Error(NO_KEYS);
      const early = this.speaker.busy;
      if (early && expects.barge_in) this.speaker.stop();
      return { digits: digit, more: true, early };
    });
  }

  #say(text, confidence) {
    this.face.wrong("");
    this.face.box.value = "";
    this.#do("speech", () => {
      const { awaits, expects } = this.#call;
      const early = this.speaker.busy && awaits === "keys";
      if (awaits === "keys" && !expects.speech) return this.#unsaid(text, NO_WORDS);
      if (early && !expects.barge_in) return this.#unsaid(text, UNINTERRUPTED);
      this.speaker.stop();
      return { text, confidence };
    });
  }

  // Nothing typed is ever lost.
  #unsaid(text, why) {
    this.face.box.value ||= text;
    this.face.wrong(why);
    return null;
  }

  #listen() {
    if (this.#stopHearing) {
      this.#stopHearing();
      return;
    }
    this.face.wrong("");
    if (this.#call.expects.barge_in) this.speaker.stop();
    this.#stopHearing = listen(this.#call.expects.language, {
      heard: (words, sure) => this.#say(words, sure),
      failed: (words) => this.face.wrong(words),
      ended: () => {
        this.#stopHearing = null;
        this.#show();
      },
    });
    this.#show();
  }

  #silence() {
    const { state } = this.#call;
    // what somebody did in the meantime counts more
    this.#do("silence", () => (this.#call.state === state ? {} : null));
  }

  #speak() {
    if (this.#speaking) this.#record("");
    else if (this.#call.awaits === "recording") {
      this.speaker.stop();
      this.#speaking = Date.now();
      this.#show();
    }
  }

  #record(key, hangup = false) {
    const seconds = Math.max(Math.round((Date.now() - this.#speaking) / 1000), 1);
    this.#speaking = 0;
    this.#do("record", () => ({ seconds, key, hangup }));
  }

  #hangUp() {
    this.speaker.stop();
    if (isOver(this.#call)) this.#show();
    else if (this.#speaking) this.#record("", true);
    else {
      const { sid } = this.#call; // at once, whatever the service is thinking about
      post(`/calls/${sid}/hangup`).then(
        (told) => this.#call?.sid === sid && this.take(told),
        (error) => this.#failed(error),
      );
    }
  }

  #takeOver() {
    hold(this.#call.sid);
    this.#show();
    this.face.focus();
  }

  #mute() {
    mute(!isMuted());
    if (isMuted()) hush();
    for (const call of calls) call.#show();
  }

  #takeTime() {
    patient = !patient;
    localStorage.setItem("patient", patient ? "yes" : "no");
    for (const call of calls) call.#show();
  }

  #close() {
    this.#call = null;
    this.#dialling = this.#dialled = false;
    this.speaker.stop();
    this.#stopHearing?.();
    this.#show();
  }

  // --- showing

  get #look() {
    if (this.#call === null) return this.#dialling ? "dialling" : "none";
    const { status, awaits, direction } = this.#call;
    const silent = !this.speaker.busy && !this.#asking;
    if (isOver(this.#call) && silent) return this.#mine ? "over" : "none";
    if (direction === "in" && !this.#mine && status !== "in-progress") {
      return awaits === "answer" ? "ringing" : "none";
    }
    if (!this.#mine) return "elsewhere";
    if (direction === "out" && status === "ringing") return "calling";
    return awaits === "recording" && !this.speaker.busy ? "recording" : "talking";
  }

  #show() {
    const look = this.#look;
    const call = this.#call;
    this.face.show(look);
    const other = call && spaced(call.direction === "in" ? call.from : call.to);
    const about = { owner: this.face.owner, unspoken: this.#unspoken, speaking: this.#speaking };
    this.face.state(stateOf(look, call, about), other || "");
    this.face.typed((call?.awaits === "keys" && call.expects.typed) || "");
    this.face.switches({
      muted: isMuted(),
      patient,
      listening: this.#stopHearing !== null,
      voiceless: !hasVoice(),
      unspoken: this.#unspoken,
    });
    if (!this.speaker.busy) this.face.spotlight(null);
    this.#ringOrNot(look);
    this.#wait();
    this.#tick();
  }

  #ringOrNot(look) {
    const rings = look === "ringing" || look === "calling" ? look : "";
    if (rings === this.#rings) return;
    this.#rings = rings;
    this.#stopRing?.();
    this.#stopRing = rings ? (rings === "ringing" ? ring : ringback)() : null;
  }

  // --- time

  // Whether the network's patience runs now.
  #wait(again = false) {
    const call = this.#call;
    const counts =
      this.#mine && ["keys", "recording", "ring"].includes(call.awaits) && !this.speaker.busy &&
      !this.#stopHearing && !this.#speaking && !this.face.box.value &&
      !(patient && call.awaits !== "ring");
    this.#patience.run(counts ? `${call.sid} ${call.state}` : "", call?.expects.timeout, again);
  }

  #tick() {
    const call = this.#call;
    if (!call) return;
    const over = isOver(call) && !this.speaker.busy;
    const seconds = over ? call.seconds : (Date.now() - this.#answered) / 1000;
    const talked = this.#mine && (over ? call.seconds : this.#answered);
    this.face.time(talked ? clockOf(seconds) : "");
    if (this.#speaking) this.#spoken(Math.round((Date.now() - this.#speaking) / 1000));
    else this.face.speaking("Start speaking");
    const { left } = this.#patience;
    this.face.hurry(this.speaker.busy, call.expects.typed, left, call.awaits === "together");
    if (left === 0) {
      this.#patience.end();
      this.#silence();
    }
  }

  #spoken(seconds) {
    this.face.speaking(`Stop speaking (${clockOf(seconds)})`);
    if (seconds >= this.#call.expects.longest) this.#record("");
  }
}
