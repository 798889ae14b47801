// How long the network still waits for somebody who says and presses nothing.
//
// Promise: a count of this page alone. A new wait, and each sign of life, begins it anew.

export class Patience {
  #what = "";
  #since = 0;
  #seconds = 0;

  // `what` names the wait, blank where nothing is counted now.
  run(what, seconds, again = false) {
    if (what !== this.#what || again) this.#since = Date.now();
    this.#what = what;
    this.#seconds = seconds;
  }

  // Whole seconds, or null where nothing is counted.
  get left() {
    if (!this.#what) return null;
    return Math.max(Math.ceil(this.#seconds - (Date.now() - this.#since) / 1000), 0);
  }

  // It is over, and not counted a second time.
  end() {
    this.#what = "";
  }
}
