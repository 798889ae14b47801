// The person's own voice, where the browser can write down what it hears.
//
// Promise: the microphone is on only between the start and the end of one listening. How a browser
// recognises speech is its own affair, so that is told where the button stands.

const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
const SURE = 0.9; // where the browser does not say how sure it is
const TROUBLES = {
  "not-allowed": "The browser does not give the microphone. Type what you would say.",
  "service-not-allowed": "This browser recognises no speech. Type what you would say.",
  "audio-capture": "No microphone was found. Type what you would say.",
  network: "This browser recognises no speech now. Type what you would say.",
  "language-not-supported": "This browser does not know the language. Type what you would say.",
};

export const canHear = Boolean(Recognition);

// Listens once; gives what breaks it off. `ended` comes last, whatever happened.
export function listen(language, { heard, failed, ended }) {
  const hearing = new Recognition();
  hearing.lang = language || "en-US";
  hearing.interimResults = false;
  hearing.maxAlternatives = 1;
  hearing.onresult = (event) => {
    const { transcript, confidence } = event.results[0][0];
    if (transcript.trim()) heard(transcript.trim(), confidence || SURE);
  };
  hearing.onerror = (event) => {
    if (event.error in TROUBLES) failed(TROUBLES[event.error]);
  };
  hearing.onend = ended;
  hearing.start();
  return () => hearing.abort();
}
