/** How long to wait before the next attempt: doubling up to a limit, at a random point of its second half. */
export class Backoff {
	readonly #first: number;
	readonly #most: number;
	readonly #random: () => number;
	#attempts = 0;

	constructor(first_ms: number, most_ms: number, random: () => number = Math.random) {
		this.#first = first_ms;
		this.#most = most_ms;
		this.#random = random;
	}

	/** The next pause, in milliseconds. */
	next(): number {
		const whole = Math.min(this.#most, this.#first * 2 ** this.#attempts);
		this.#attempts += 1;
		return whole / 2 + (whole / 2) * this.#random();
	}

	/** It worked: begin anew. */
	reset(): void {
		this.#attempts = 0;
	}
}
