import type { Part, PartQuery } from './api/directory';

/** How many rows are fetched at once. */
const PART = 50;
/** How long after the last key a search begins. */
const SEARCH_AFTER_MS = 200;

/** A list that is searched, sorted, filtered and fetched in parts. */
export class Paged<Row> {
	rows = $state.raw<readonly Row[] | null>(null);
	next_cursor = $state.raw<string | null>(null);
	failure = $state.raw<unknown>(null);
	busy = $state(false);
	query = $state.raw<PartQuery>({});
	readonly #fetch: (query: PartQuery) => Promise<Part<Row>>;
	#turn = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(fetch: (query: PartQuery) => Promise<Part<Row>>, query: PartQuery = {}) {
		this.#fetch = fetch;
		this.query = query;
		void this.refresh();
	}

	/** Fetches the first part, of what is asked for now. */
	async refresh(): Promise<void> {
		await this.#part(null);
	}

	/** Fetches the next part, if there is one. */
	async more(): Promise<void> {
		if (this.next_cursor !== null && !this.busy) await this.#part(this.next_cursor);
	}

	/** Asks for something else. */
	ask(changed: PartQuery): void {
		this.query = { ...this.query, ...changed };
		void this.refresh();
	}

	/** Searches once nobody has typed for a moment. */
	searchSoon(search: string): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.ask({ search: search.trim() }), SEARCH_AFTER_MS);
	}

	async #part(cursor: string | null): Promise<void> {
		const turn = (this.#turn += 1);
		this.busy = true;
		try {
			const part = await this.#fetch({ ...this.query, cursor, limit: PART });
			if (turn !== this.#turn) return;
			this.rows = cursor === null ? part.rows : [...(this.rows ?? []), ...part.rows];
			this.next_cursor = part.next_cursor;
			this.failure = null;
		} catch (error) {
			if (turn === this.#turn) this.failure = error;
		}
		if (turn === this.#turn) this.busy = false;
	}
}
