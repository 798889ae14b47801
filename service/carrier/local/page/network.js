// The page's way to the network: JSON in, JSON out, a refusal with the network's own words.

export async function get(path) {
  return told(await fetch(path));
}

export async function post(path, body = {}) {
  return told(
    await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

export const pathOf = (number) => `/handsets/${encodeURIComponent(number)}`;

async function told(answer) {
  const words = await answer.json();
  if (!answer.ok) throw new Error(words.error || "The network refused this.");
  return words;
}

export function spaced(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `+1 ${parts[1]} ${parts[2]} ${parts[3]}` : number;
}
