import type { Api } from '../api/client';
import { explain } from '../api/problem';
import type { CannedReply } from '../api/types';
import { cannedWord, offered } from '../canned/replies';

/** The canned replies that are offered while somebody types `/` and a word, and which of them is meant. */
export class CannedChoice {
	place = $state(0);
	failure = $state<string | null>(null);
	#word = $state<string | null>(null);
	#left = $state(false);
	#replies = $state.raw<readonly CannedReply[] | null>(null);
	readonly #api: Api;
	readonly found = $derived(this.#word === null ? [] : offered(this.#replies ?? [], this.#word));

	constructor(api: Api) {
		this.#api = api;
	}

	/** Whether they are to be seen. */
	get open(): boolean {
		return this.#word !== null && !this.#left;
	}

	get loading(): boolean {
		return this.#replies === null && this.failure === null;
	}

	/** The text is now this. */
	written(text: string): void {
		const word = cannedWord(text);
		if (word !== null && this.#word === null) void this.#fetch();
		if (word === null) this.#left = false;
		if (word !== this.#word) this.place = 0;
		this.#word = word;
	}

	/** Hides them, until another message begins with `/`. */
	leave(): void {
		this.#left = true;
	}

	/** Does what a key asks for: moves, leaves, or gives the chosen reply to `insert`. Whether it was for this list. */
	key(key: string, insert: (reply: CannedReply) => void): boolean {
		if (!this.open) return false;
		const count = this.found.length;
		const chosen = this.found[this.place];
		if (key === 'Escape') this.leave();
		else if (key === 'Enter' && chosen) insert(chosen);
		else if (key === 'ArrowDown' && count > 0) this.place = (this.place + 1) % count;
		else if (key === 'ArrowUp' && count > 0) this.place = (this.place + count - 1) % count;
		else return false;
		return true;
	}

	async #fetch(): Promise<void> {
		try {
			this.#replies = await this.#api.listCannedReplies();
			this.failure = null;
		} catch (error) {
			this.failure = explain(error);
		}
	}
}
