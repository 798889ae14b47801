// The six-step check-in on XState: start, number, branch, question, yes, end. The state is
// stored as JSON between steps. Prints one line: {"conversations": n, "seconds": s}.
import { assign, createActor, setup } from "xstate";

const count = Number(process.argv[2] ?? 20000);
const WARM_UP = 5000;

const NUMBERS = new Map(
  [["one", 1], ["two", 2], ["three", 3], ["four", 4], ["five", 5]].concat(
    [1, 2, 3, 4, 5].map((n) => [String(n), n]),
  ),
);
const YES_NO = new Map([
  ["yes", "yes"], ["y", "yes"], ["yes please", "yes"], ["no", "no"], ["n", "no"],
]);
const plain = (text) => text.trim().toLowerCase();

let said = [];

const machine = setup({
  guards: {
    isLow: ({ event }) => NUMBERS.get(plain(event.text)) <= 2,
    isNumber: ({ event }) => NUMBERS.has(plain(event.text)),
    isYes: ({ event }) => YES_NO.get(plain(event.text)) === "yes",
    isNo: ({ event }) => YES_NO.get(plain(event.text)) === "no",
  },
  actions: {
    saveMood: assign({ mood: ({ event }) => NUMBERS.get(plain(event.text)) }),
    saveWish: assign({ wants_call: ({ event }) => YES_NO.get(plain(event.text)) }),
    askMood: ({ context }) =>
      said.push(`Hello ${context.name}, it's ${context.service}. How is today, from 1 to 5?`),
    askCall: ({ context }) =>
      said.push(`Thank you for telling us, ${context.name}. Would you like a call? YES or NO`),
    tellDone: ({ context }) =>
      said.push(`Until then, ${context.name}, ${context.line} listens. You said ${context.mood}.`),
    tellFine: () => said.push("That's fine. TALK brings a person at any time."),
  },
}).createMachine({
  id: "daily-checkin",
  initial: "mood",
  context: ({ input }) => input,
  states: {
    mood: {
      entry: "askMood",
      on: {
        HEARD: [
          { guard: "isLow", target: "offer", actions: "saveMood" },
          { guard: "isNumber", target: "fine", actions: "saveMood" },
          { target: "mood", reenter: true },
        ],
      },
    },
    offer: {
      entry: "askCall",
      on: {
        HEARD: [
          { guard: "isYes", target: "done", actions: "saveWish" },
          { guard: "isNo", target: "fine", actions: "saveWish" },
          { target: "offer", reenter: true },
        ],
      },
    },
    done: { entry: "tellDone", type: "final" },
    fine: { entry: "tellFine", type: "final" },
  },
});

const person = { name: "Ana", service: "Hearthline", line: "555-0111" };
const EXPECTED = [
  "Hello Ana, it's Hearthline. How is today, from 1 to 5?",
  "Thank you for telling us, Ana. Would you like a call? YES or NO",
  "Until then, Ana, 555-0111 listens. You said 2.",
];

function step(stored, text) {
  const actor = createActor(machine, { snapshot: JSON.parse(stored) }).start();
  actor.send({ type: "HEARD", text });
  const snapshot = actor.getPersistedSnapshot();
  return [JSON.stringify(snapshot), snapshot];
}

function converse() {
  said = [];
  let stored = JSON.stringify(
    createActor(machine, { input: person }).start().getPersistedSnapshot(),
  );
  [stored] = step(stored, "2");
  let end;
  [stored, end] = step(stored, "yes");
  const right =
    end.status === "done" && end.value === "done" && end.context.wants_call === "yes" &&
    said.length === EXPECTED.length && said.every((text, at) => text === EXPECTED[at]);
  if (!right) throw new Error(`a conversation went wrong: ${stored} ${said.join(" | ")}`);
}

for (let n = 0; n < WARM_UP; n += 1) converse();
const begun = performance.now();
for (let n = 0; n < count; n += 1) converse();
const seconds = (performance.now() - begun) / 1000;
console.log(JSON.stringify({ conversations: count, seconds }));
