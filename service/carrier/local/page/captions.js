// What was heard and done in a call, in words.
//
// Promise: everything that sounds can be read here too, in the language that it is spoken in. Pure:
// from an event of the network to a list item, from a call to one line about it.

const SPOKEN = ["say", "voice"];
const ENDS = {
  busy: "Declined",
  "no-answer": "Nobody picked up",
  canceled: "The service stopped calling",
  failed: "The call did not come through",
};
const HUNG_UP = {
  person: "You hung up",
  service: "The service hung up",
  network: "The network ended the call",
};

// The item of an event, or null where it is nothing to read.
// `who` holds the phone: you, or the voicemail.
export function caption(event, before, direction, who = "You") {
  const words = wordsOf(event, before, direction, who);
  if (words === null) return null;
  const item = document.createElement("li");
  const line = document.createElement("p");
  const said = SPOKEN.includes(event.kind);
  item.className = said ? "said" : event.by === "person" ? "done" : "noted";
  if (said && event.by !== "service") item.classList.add(event.by);
  if (event.kind === "say") line.lang = event.language || "en-US";
  line.textContent = words;
  item.append(line);
  return item;
}

function wordsOf(event, before, direction, who) {
  const mine = event.by === "person";
  switch (event.kind) {
    case "say":
      return event.text;
    case "play":
      return `♪ A recording, ${plural(Math.max(Math.round(event.seconds || 1), 1), "second")}`;
    case "beep":
      return "♪ The tone";
    case "keys":
      return mine ? `${who} pressed ${[...event.digits].join(" ")}` : "♪ Keys";
    case "speech":
      return `${who} said “${event.text}”`;
    case "voice":
      return `They said “${event.text}”`;
    case "tones":
      return "♪ Their keys";
    case "dial":
      return "♪ It rings on the other side";
    case "music":
      return "♪ Music, until the others come";
    case "join":
      return Number(event.others)
        ? `Joined, with ${plural(Number(event.others), "other")} there`
        : "Joined; nobody else is there yet";
    case "part":
      return "Parted from the others";
    case "silence":
      // after keys it tells only that no more came
      return ["ring", "keys"].includes(before?.kind) ? null : `${who} said nothing`;
    case "record":
      return event.seconds
        ? `${who} spoke for ${plural(event.seconds, "second")}`
        : `${who} said nothing`;
    case "hangup":
      return (direction === "in" && ENDS[event.status]) || HUNG_UP[event.by];
    default:
      return null;
  }
}

// One line about a call that is over, for the list of texts.
export function past(call) {
  const length = clockOf(call.seconds);
  if (call.direction === "out") {
    if (call.status === "completed") return `You called · ${length}`;
    return call.status === "no-answer" ? "You rang and hung up" : "You called, in vain";
  }
  if (call.status === "completed") {
    const machine = (call.answered_by || "").startsWith("machine");
    return `${machine ? "Voicemail took a call" : "You were called"} · ${length}`;
  }
  return call.status === "busy" ? "You were busy for a call" : "Missed call";
}

// How a call stands, in few words.
export function stateOf(look, call, { owner, unspoken, speaking }) {
  if (look === "over" && unspoken) return "Voicemail took the call";
  if (look === "over" && call.direction === "out" && call.status === "busy") return "Busy";
  if (look === "recording" && speaking) return "You are speaking";
  if (look === "talking" && call.awaits in JOINED) return JOINED[call.awaits](call.expects);
  const states = {
    dialling: "Call the service",
    ringing: `${owner} rings`,
    calling: "Calling",
    talking: "In a call",
    recording: "Speak after the tone",
    elsewhere: "In a call elsewhere",
    over: "The call is over",
  };
  return states[look] || "";
}

export function clockOf(seconds) {
  const whole = Math.max(Math.floor(seconds), 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// A call that goes on with others, or waits for them.
const JOINED = {
  pause: () => "In a call, waiting",
  dial: () => "It rings on the other side",
  together: ({ others, held }) => {
    if (held) return "In a call, on hold";
    return others ? `In a call with ${plural(others, "other")}` : "In a call, alone so far";
  },
};

const plural = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;
