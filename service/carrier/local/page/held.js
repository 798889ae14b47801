// The calls in which this page is the person: it dialled, answered or took them over.
//
// Promise: known as long as the tab is open, a new loading of the page included; no other tab
// holds the same call.

const MOST = 50; // older ones are over
const held = new Set(JSON.parse(sessionStorage.getItem("held") || "[]"));

export const holds = (sid) => held.has(sid);

export function hold(sid) {
  held.add(sid);
  sessionStorage.setItem("held", JSON.stringify([...held].slice(-MOST)));
}
