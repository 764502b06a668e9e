import { explain } from '../api/problem';

/** How long after the last key a search begins. */
const SEARCH_AFTER_MS = 150;

/** A search while somebody types; of those under way, the last one counts. */
export class Searching<Results> {
	text = $state('');
	/** What was found for what was typed last; null before that. */
	results = $state.raw<Results | null>(null);
	failure = $state<string | null>(null);
	busy = $state(false);
	readonly #search: (text: string) => Promise<Results | null>;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#turn = 0;

	/** `search` finds null where there is nothing to search for. */
	constructor(search: (text: string) => Promise<Results | null>) {
		this.#search = search;
	}

	/** Searches once nobody has typed for a moment. */
	soon(): void {
		clearTimeout(this.#timer);
		this.busy = true;
		this.#timer = setTimeout(() => void this.now(), SEARCH_AFTER_MS);
	}

	/** Searches. */
	async now(): Promise<void> {
		clearTimeout(this.#timer);
		const turn = (this.#turn += 1);
		this.busy = true;
		try {
			const results = await this.#search(this.text.trim());
			if (turn !== this.#turn) return;
			this.results = results;
			this.failure = null;
		} catch (error) {
			if (turn !== this.#turn) return;
			this.failure = explain(error);
		}
		this.busy = false;
	}
}
