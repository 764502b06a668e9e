/** Where this browser keeps something between reloads: the part of the Web Storage that is used. */
export interface Kept {
	readonly length: number;
	key(index: number): string | null;
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
}

/** The keys that begin so. */
export function keysWith(kept: Kept, prefix: string): string[] {
	const keys: string[] = [];
	for (let index = 0; index < kept.length; index += 1) {
		const key = kept.key(index);
		if (key?.startsWith(prefix)) keys.push(key);
	}
	return keys;
}

/** A storage that forgets with the page: for tests, and for browsers that allow no other. */
export class Forgetful implements Kept {
	readonly #values = new Map<string, string>();

	get length(): number {
		return this.#values.size;
	}

	key(index: number): string | null {
		return [...this.#values.keys()][index] ?? null;
	}

	getItem(key: string): string | null {
		return this.#values.get(key) ?? null;
	}

	setItem(key: string, value: string): void {
		this.#values.set(key, value);
	}

	removeItem(key: string): void {
		this.#values.delete(key);
	}
}
