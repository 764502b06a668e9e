import { Problem } from './api/problem';
import { keysWith, type Kept } from './kept';
import { Backoff } from './live/backoff';

/** A message on its way. */
export interface Pending {
	readonly message_id: string;
	readonly chat_id: string;
	readonly text: string;
	readonly note: boolean;
	readonly written_at: string;
	/** Its place in the log, once the server said that the broker has it; null before. */
	readonly seq: number | null;
	/** Why the server will never take it as it is, for people; null while it may. */
	readonly refused: string | null;
}

/** What an outbox needs of the world. */
export interface OutboxWorld {
	/** Hands a message to the server; the same id in every attempt. */
	say(message: Pending): Promise<{ seq: number }>;
	/** Does some work while no other tab of this browser does the like. */
	alone(work: () => Promise<void>): Promise<void>;
	/** Takes all that is pending, whenever that changed. */
	changed(pending: readonly Pending[]): void;
	/** The session has ended; nothing goes out until somebody signs in. */
	signedOut(): void;
	/** Calls back once after a pause; gives what cancels it. */
	after(milliseconds: number, call: () => void): () => void;
	random(): number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Holds every message of this technician until the database has it. It outlives reloads, and all tabs of a browser
 * share it. Within a chat, messages go out in the order in which they were written.
 */
export class Outbox {
	readonly #kept: Kept;
	readonly #prefix: string;
	readonly #world: OutboxWorld;
	readonly #backoff: Backoff;
	#pending: readonly Pending[] = [];
	#sending = false;
	#again = false;
	#stopped = false;
	#cancelPause: () => void = () => undefined;

	constructor(kept: Kept, technician_id: string, world: OutboxWorld) {
		this.#kept = kept;
		this.#prefix = `trayline.outbox.${technician_id}.`;
		this.#world = world;
		this.#backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, () => world.random());
		this.reread();
	}

	/** All that is pending, in the order in which it was written. */
	get pending(): readonly Pending[] {
		return this.#pending;
	}

	/** Takes a message and sends it as soon as can be. Fails when this browser has no room to keep it. */
	add(message: Omit<Pending, 'seq' | 'refused'>): void {
		this.#write({ ...message, seq: null, refused: null });
		this.reread();
		void this.send();
	}

	/** These messages are in the database: nothing more need be kept. */
	stored(message_ids: Iterable<string>): void {
		const known = new Set(this.#pending.map((message) => message.message_id));
		const gone = [...message_ids].filter((message_id) => known.has(message_id));
		for (const message_id of gone) this.#kept.removeItem(this.#prefix + message_id);
		if (gone.length > 0) this.reread();
	}

	/** The broker lost these after it had taken them: they go out again, under the same ids. */
	lost(message_ids: readonly string[]): void {
		for (const message of this.#pending) {
			if (message_ids.includes(message.message_id)) this.#write({ ...message, seq: null });
		}
		this.reread();
		void this.send();
	}

	/** Tries a refused message again. */
	retry(message_id: string): void {
		const message = this.#pending.find((pending) => pending.message_id === message_id);
		if (!message) return;
		this.#write({ ...message, refused: null });
		this.reread();
		void this.send();
	}

	/** Throws a message away. */
	discard(message_id: string): void {
		this.stored([message_id]);
	}

	/** Reads again what is kept: another tab may have changed it. */
	reread(): void {
		const kept = keysWith(this.#kept, this.#prefix).sort();
		this.#pending = kept.flatMap((key) => this.#read(key) ?? []);
		this.#world.changed(this.#pending);
	}

	/** Sends whatever waits, now. */
	async send(): Promise<void> {
		if (this.#stopped) return;
		this.#again = true;
		if (this.#sending) return;
		this.#sending = true;
		this.#cancelPause();
		try {
			await this.#world.alone(async () => {
				while (this.#again && !this.#stopped) {
					this.#again = false;
					await this.#sendAll();
				}
			});
		} finally {
			this.#sending = false;
		}
	}

	/** Sends nothing more; what is kept stays. */
	stop(): void {
		this.#stopped = true;
		this.#cancelPause();
	}

	async #sendAll(): Promise<void> {
		this.reread();
		const held = new Set<string>();
		let failed = false;
		for (const { message_id } of this.#pending) {
			// What happened to it meanwhile, here or in another tab, is what is kept.
			const message = this.#read(this.#prefix + message_id);
			if (
				this.#stopped ||
				!message ||
				message.seq !== null ||
				message.refused !== null ||
				held.has(message.chat_id)
			)
				continue;
			const sent = await this.#sendOne(message);
			if (sent) continue;
			held.add(message.chat_id);
			failed = true;
		}
		if (failed && !this.#stopped)
			this.#cancelPause = this.#world.after(this.#backoff.next(), () => void this.send());
		if (!failed) this.#backoff.reset();
	}

	/** Whether the next message of the chat may go out. */
	async #sendOne(message: Pending): Promise<boolean> {
		try {
			const { seq } = await this.#world.say(message);
			this.#settle({ ...message, seq });
			return true;
		} catch (error) {
			if (!(error instanceof Problem) || error.passing) return false;
			if (error.signedOut) {
				this.stop();
				this.#world.signedOut();
				return false;
			}
			this.#settle({ ...message, refused: error.message });
			return true;
		}
	}

	/** Keeps how it went, unless the receipt was faster. */
	#settle(message: Pending): void {
		if (this.#read(this.#prefix + message.message_id)) this.#write(message);
		this.reread();
	}

	#write(message: Pending): void {
		this.#kept.setItem(this.#prefix + message.message_id, JSON.stringify(message));
	}

	#read(key: string): Pending | null {
		try {
			const message: unknown = JSON.parse(this.#kept.getItem(key) ?? 'null');
			return isPending(message) ? message : null;
		} catch {
			return null;
		}
	}
}

function isPending(value: unknown): value is Pending {
	const message = value as Pending | null;
	return (
		typeof message?.message_id === 'string' &&
		typeof message.chat_id === 'string' &&
		typeof message.text === 'string'
	);
}
