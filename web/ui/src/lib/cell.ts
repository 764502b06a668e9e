/** One value, and who wants to know when it changes (Svelte's store contract). */
export class Cell<Value> {
	#value: Value;
	readonly #listeners = new Set<(value: Value) => void>();

	constructor(value: Value) {
		this.#value = value;
	}

	get value(): Value {
		return this.#value;
	}

	set(value: Value): void {
		if (value === this.#value) return;
		this.#value = value;
		for (const listener of [...this.#listeners]) listener(value);
	}

	/** Tells the value now, and again after every change. */
	subscribe(listener: (value: Value) => void): () => void {
		this.#listeners.add(listener);
		listener(this.#value);
		return () => this.#listeners.delete(listener);
	}
}
