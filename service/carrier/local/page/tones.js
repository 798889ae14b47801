// The sounds a phone makes by itself: ringing, keys, the tone before a recording.
//
// Promise: nothing sounds before the person has touched the page (a browser would not let it), and
// nothing while the page is muted. What is heard here is always seen somewhere too.

const LOUD = 0.05;
const ROWS = [697, 770, 852, 941]; // hertz, as every keypad has them
const COLUMNS = [1209, 1336, 1477];
const LAYOUT = "123456789*0#";

let muted = localStorage.getItem("muted") === "yes";
let context = null;

export const isMuted = () => muted;

export function mute(quiet) {
  muted = quiet;
  localStorage.setItem("muted", quiet ? "yes" : "no");
}

export function key(digit) {
  const place = LAYOUT.indexOf(digit);
  if (place >= 0) tone([ROWS[Math.floor(place / 3)], COLUMNS[place % 3]], 0.12);
}

export const beep = () => tone([1000], 0.4);

// A phone that rings, and what a caller hears meanwhile; each gives what ends it.
export const ring = () => repeated([523, 659], [0, 0.25, 0.5], 0.2, 2500);
export const ringback = () => repeated([440, 480], [0], 1, 3000);

function repeated(hertz, starts, seconds, every) {
  let ends = [];
  const play = () => {
    ends = starts.map((start) => tone(hertz, seconds, start));
  };
  play();
  const timer = setInterval(play, every);
  return () => {
    clearInterval(timer);
    for (const end of ends) end();
  };
}

function tone(hertz, seconds, after = 0) {
  if (muted || !navigator.userActivation?.hasBeenActive) return () => {};
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  const volume = context.createGain();
  volume.gain.value = LOUD;
  volume.connect(context.destination);
  for (const frequency of hertz) {
    const source = new OscillatorNode(context, { frequency });
    source.connect(volume);
    source.start(context.currentTime + after);
    source.stop(context.currentTime + after + seconds);
  }
  return () => volume.disconnect();
}
