import type { LiveEvent, LiveWord } from '../api/types';
import { Backoff } from './backoff';

/** How the connection fares. */
export type LiveStatus =
	/** Never been live, and trying. */
	| { readonly phase: 'connecting' }
	/** Connected, and hearing what was missed. */
	| { readonly phase: 'catching_up' }
	| { readonly phase: 'live' }
	/** Cut off since then (milliseconds of this browser's clock), and trying again. */
	| { readonly phase: 'offline'; readonly since: number }
	/** The session goes on, but what its technician may do is another now; nothing is tried any more. */
	| { readonly phase: 'rights_changed' }
	/** The session has ended; nothing is tried any more. */
	| { readonly phase: 'signed_out' };

/** The part of a WebSocket that is used. */
export interface Socket {
	onopen: (() => void) | null;
	onmessage: ((message: { data: unknown }) => void) | null;
	onclose: (() => void) | null;
	send(text: string): void;
	close(): void;
}

/** What a connection needs of the world. */
export interface LiveWorld {
	/** Fetches everything anew, hands it to the state, and tells the sequence from which to listen. */
	snapshot(): Promise<number>;
	/** Opens a socket that tells everything after a sequence. */
	open(after: number): Socket;
	/** Whether somebody can see this tab. */
	visible(): boolean;
	/** Whether the session has ended, asked after a socket was refused. */
	signedOut(): Promise<boolean>;
	/** Takes what was heard. */
	heard(event: LiveEvent): void;
	/** Takes a change of status. */
	status(status: LiveStatus): void;
	now(): number;
	/** Calls back once after a pause; gives what cancels it. */
	after(milliseconds: number, call: () => void): () => void;
	random(): number;
}

/** A socket that is silent for so long is dead; the server says something every 15 seconds. */
export const SILENCE_MS = 40_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;

/**
 * The live connection: connects, backs off, resumes after the last sequence it heard, and hands every event on, in
 * order. A failed step never throws; it is tried again.
 */
export class LiveConnection {
	readonly #world: LiveWorld;
	readonly #backoff: Backoff;
	#status: LiveStatus = { phase: 'connecting' };
	/** From where to listen; null when a snapshot is needed first. */
	#upto: number | null = null;
	#socket: Socket | null = null;
	/** Whether the socket takes what is said. */
	#open = false;
	#cancelTimer: () => void = () => undefined;
	/** Counts what was begun, so that an answer to something given up is not taken for a later one. */
	#turn = 0;

	constructor(world: LiveWorld) {
		this.#world = world;
		this.#backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, () => world.random());
	}

	/** Connects now: at first, and whenever there is reason to believe that waiting is over. Harmless while connected. */
	connect(): void {
		if (this.#socket !== null || this.#hasEnded()) return;
		void this.#attempt();
	}

	/** The tab was shown or hidden. A socket that opens says so by itself. */
	visibilityChanged(): void {
		if (this.#open) this.#sayVisible();
	}

	/** Lets go for good. */
	stop(phase: 'signed_out' | 'rights_changed' = 'signed_out'): void {
		this.#letGo();
		this.#become({ phase });
	}

	#hasEnded(): boolean {
		return this.#status.phase === 'signed_out' || this.#status.phase === 'rights_changed';
	}

	async #attempt(): Promise<void> {
		this.#letGo();
		const turn = this.#turn;
		try {
			this.#upto ??= await this.#world.snapshot();
		} catch {
			if (turn === this.#turn) await this.#failed();
			return;
		}
		if (turn === this.#turn) this.#listen(this.#upto);
	}

	#listen(after: number): void {
		let said = false;
		const socket = this.#world.open(after);
		this.#socket = socket;
		socket.onopen = () => {
			this.#open = true;
			this.#sayVisible();
		};
		socket.onmessage = ({ data }) => {
			const event = parse(data);
			if (event === null) return;
			if (!said && this.#status.phase !== 'live') this.#become({ phase: 'catching_up' });
			said = true;
			this.#expectSound();
			this.#take(event);
		};
		socket.onclose = () => {
			this.#letGo();
			void (said ? this.#pause() : this.#failed());
		};
		this.#expectSound();
	}

	#take(event: LiveEvent): void {
		switch (event.type) {
			case 'fact':
			case 'chat_hidden':
				this.#upto = Math.max(this.#upto ?? 0, event.seq);
				break;
			case 'ready':
				this.#backoff.reset();
				this.#become({ phase: 'live' });
				break;
			case 'reset':
				this.#upto = null;
				void this.#attempt();
				return;
			case 'closing':
				if (event.reason === 'too_far_behind') this.#upto = null;
				if (event.reason === 'signed_out') this.stop();
				if (event.reason === 'no_chat_rights' || event.reason === 'rights_changed')
					this.stop('rights_changed');
				return;
			default:
				break;
		}
		this.#world.heard(event);
	}

	#sayVisible(): void {
		const word: LiveWord = { type: 'visible', visible: this.#world.visible() };
		this.#socket?.send(JSON.stringify(word));
	}

	/** Something could not even begin: perhaps because nobody is signed in any more. */
	async #failed(): Promise<void> {
		const turn = this.#turn;
		const ended = await this.#world.signedOut().catch(() => false);
		if (turn !== this.#turn) return;
		if (ended) this.stop();
		else this.#pause();
	}

	#pause(): void {
		if (this.#status.phase !== 'offline') this.#become({ phase: 'offline', since: this.#world.now() });
		this.#cancelTimer = this.#world.after(this.#backoff.next(), () => void this.#attempt());
	}

	#expectSound(): void {
		this.#cancelTimer();
		this.#cancelTimer = this.#world.after(SILENCE_MS, () => {
			this.#letGo();
			this.#pause();
		});
	}

	/** Drops the socket and whatever was waited for. */
	#letGo(): void {
		this.#turn += 1;
		this.#cancelTimer();
		const socket = this.#socket;
		this.#socket = null;
		this.#open = false;
		if (socket === null) return;
		socket.onopen = null;
		socket.onmessage = null;
		socket.onclose = null;
		socket.close();
	}

	#become(status: LiveStatus): void {
		this.#status = status;
		this.#world.status(status);
	}
}

/** What a frame says; null for what a later server may add. */
function parse(data: unknown): LiveEvent | null {
	if (typeof data !== 'string') return null;
	try {
		const event: unknown = JSON.parse(data);
		return typeof event === 'object' && event !== null && 'type' in event ? (event as LiveEvent) : null;
	} catch {
		return null;
	}
}
