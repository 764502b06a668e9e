import { keysWith, type Kept } from './kept';

/** How many chats may have a draft; the one written to longest ago goes first. */
export const MOST_DRAFTS = 200;

interface Draft {
	text: string;
	written_at: number;
}

/** What a technician has begun to write, one draft for each chat, kept across reloads. */
export class Drafts {
	readonly #kept: Kept;
	readonly #prefix: string;
	readonly #now: () => number;

	constructor(kept: Kept, technician_id: string, now: () => number = Date.now) {
		this.#kept = kept;
		this.#prefix = `trayline.draft.${technician_id}.`;
		this.#now = now;
	}

	/** The draft of a chat; empty when there is none. */
	of(chat_id: string): string {
		return this.#read(this.#prefix + chat_id)?.text ?? '';
	}

	/** Keeps what is written so far; an empty text is no draft. A full storage keeps what it had. */
	keep(chat_id: string, text: string): void {
		const key = this.#prefix + chat_id;
		if (text === '') {
			this.#kept.removeItem(key);
			return;
		}
		try {
			this.#kept.setItem(key, JSON.stringify({ text, written_at: this.#now() } satisfies Draft));
		} catch {
			return;
		}
		this.#dropOldest();
	}

	/** Forgets all of them: whoever signs out leaves no half-written text behind. */
	clear(): void {
		for (const key of keysWith(this.#kept, this.#prefix)) this.#kept.removeItem(key);
	}

	#dropOldest(): void {
		const keys = keysWith(this.#kept, this.#prefix);
		if (keys.length <= MOST_DRAFTS) return;
		const age = (key: string) => this.#read(key)?.written_at ?? 0;
		const oldest = keys.reduce((least, key) => (age(key) < age(least) ? key : least));
		this.#kept.removeItem(oldest);
	}

	#read(key: string): Draft | null {
		try {
			const draft: unknown = JSON.parse(this.#kept.getItem(key) ?? 'null');
			return isDraft(draft) ? draft : null;
		} catch {
			return null;
		}
	}
}

function isDraft(value: unknown): value is Draft {
	const draft = value as Draft | null;
	return typeof draft?.text === 'string' && typeof draft.written_at === 'number';
}
