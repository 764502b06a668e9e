import type { Kept } from '../kept';

const KEY = 'trayline.tab';

/**
 * Which tab this is, in the eyes of the server. A reload is the same tab; a copy of a tab is another one.
 *
 * The storage of a tab outlives a reload, and a copied tab begins with a copy of it. So the id is there only from when
 * the page goes until the next one takes it: whatever is copied while the tab is open holds none.
 */
export class TabIdentity {
	readonly id: string;
	readonly #kept: Kept;

	/** `kept` is the storage of the tab. A tab that has no id yet takes a fresh one. */
	constructor(kept: Kept, fresh: () => string) {
		this.#kept = kept;
		this.id = kept.getItem(KEY) ?? fresh();
		this.taken();
	}

	/** The page goes, perhaps to be loaded again. */
	leave(): void {
		try {
			this.#kept.setItem(KEY, this.id);
		} catch {
			// A full storage means that the next page is another tab.
		}
	}

	/** The page is here: also one that comes back from the browser's history. */
	taken(): void {
		this.#kept.removeItem(KEY);
	}
}
