/**
 * Makes ids of messages: UUIDv7, each later than the one before. Unlike `crypto.randomUUID` it works on a page that
 * was served without TLS.
 */
export class MessageIds {
	readonly #now: () => number;
	readonly #random: (bytes: Uint8Array) => Uint8Array;
	#time = 0;
	#count = 0;

	constructor(
		now: () => number = Date.now,
		random: (bytes: Uint8Array) => Uint8Array = (bytes) =>
			crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
	) {
		this.#now = now;
		this.#random = random;
	}

	next(): string {
		this.#tick();
		const bytes = this.#random(new Uint8Array(16));
		for (let place = 5, rest = this.#time; place >= 0; place -= 1, rest = Math.floor(rest / 256)) {
			bytes[place] = rest % 256;
		}
		bytes[6] = 0x70 | (this.#count >> 8);
		bytes[7] = this.#count & 0xff;
		bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
		const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
		return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
	}

	/** Takes the next pair of time and count; a clock that stands still or goes back only counts on. */
	#tick(): void {
		const now = this.#now();
		if (now > this.#time) {
			this.#time = now;
			this.#count = 0;
		} else if (this.#count === 0xfff) {
			this.#time += 1;
			this.#count = 0;
		} else {
			this.#count += 1;
		}
	}
}
