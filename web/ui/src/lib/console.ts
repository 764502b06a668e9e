import type { Api } from './api/client';
import { Problem } from './api/problem';
import type { LiveEvent, MessagePage, PingEvent, Right, SignedInTechnician } from './api/types';
import { Cell } from './cell';
import { Drafts } from './drafts';
import { Fetching } from './fetching';
import type { Kept } from './kept';
import { LiveConnection, type LiveStatus, type Socket } from './live/connection';
import { MessageIds } from './message_id';
import { NoticeBox } from './notice_box';
import { Outbox, type Pending } from './outbox';
import { may } from './rights/rights';
import { nothingKnown } from './state/model';
import { Store } from './state/store';

/** What the console needs of the browser. */
export interface ConsoleWorld {
	readonly kept: Kept;
	open(after: number): Socket;
	/** Whether somebody can see this tab. */
	visible(): boolean;
	/** Does some work while no other tab of this browser does the like. */
	alone(name: string, work: () => Promise<void>): Promise<void>;
	now(): number;
	after(milliseconds: number, call: () => void): () => void;
	random(): number;
}

/** How often a sign of typing is given while somebody types. */
const TYPING_EVERY_MS = 2000;
/** How many messages one look at what was stored takes in. */
const CONFIRMED_AT_ONCE = 50;
/** When to look again for a chat that was begun a moment ago. */
const PAUSES_MS = [150, 300, 600, 1200, 2400];

/** Everything behind the page of a signed-in technician: what is known, what is on its way, and what can be done. */
export class Console {
	readonly me: SignedInTechnician;
	readonly store: Store;
	readonly status = new Cell<LiveStatus>({ phase: 'connecting' });
	readonly pending = new Cell<readonly Pending[]>([]);
	readonly drafts: Drafts;
	readonly outbox: Outbox;
	readonly fetching: Fetching;
	readonly notices: NoticeBox;
	readonly #api: Api;
	readonly #world: ConsoleWorld;
	readonly #pinged: (ping: PingEvent) => void;
	readonly #live: LiveConnection;
	readonly #ids: MessageIds;
	/** Chats that were begun here. */
	readonly #begun = new Set<string>();
	#open_chat: string | null = null;
	#typedAt = -Infinity;

	/** `pinged` takes the pings. */
	constructor(
		me: SignedInTechnician,
		api: Api,
		world: ConsoleWorld,
		pinged: (ping: PingEvent) => void = () => undefined,
	) {
		this.me = me;
		this.#api = api;
		this.#world = world;
		this.#pinged = pinged;
		this.#ids = new MessageIds(() => world.now());
		this.store = new Store(nothingKnown(me.technician_id));
		this.drafts = new Drafts(world.kept, me.technician_id, () => world.now());
		this.outbox = new Outbox(world.kept, me.technician_id, {
			say: ({ chat_id, message_id, text, note }) =>
				api.say(chat_id, { message_id, text, ...(note ? { note } : {}) }),
			alone: (work) => world.alone(`trayline.outbox.${me.technician_id}`, work),
			changed: (pending) => this.pending.set(pending),
			signedOut: () => this.stop(),
			after: world.after,
			random: world.random,
		});
		this.fetching = new Fetching(api, this.store, world.after, (page) => this.#fetched(page));
		this.notices = new NoticeBox(api, world.after);
		this.#live = new LiveConnection({
			snapshot: () => this.fetching.restart(this.#open_chat),
			open: world.open,
			visible: world.visible,
			signedOut: () => this.#sessionEnded(),
			heard: (event) => this.#heard(event),
			status: (status) => this.status.set(status),
			now: world.now,
			after: world.after,
			random: world.random,
		});
	}

	/** Whether the technician who is signed in may do something. */
	may(right: Right): boolean {
		return may(this.me.rights, right);
	}

	/** Begins to listen, and sends what was left from before. */
	start(): void {
		this.#live.connect();
		void this.outbox.send();
	}

	/** The network may be back: tries at once what would have been tried later. */
	hurry(): void {
		this.#live.connect();
		void this.outbox.send();
	}

	/** The tab was shown or hidden. */
	visibilityChanged(): void {
		this.#live.visibilityChanged();
	}

	/** Lets go of everything; what is on its way stays in the outbox. */
	stop(): void {
		this.outbox.stop();
		this.fetching.stop();
		this.notices.stop();
		this.#live.stop();
	}

	/** Ends the session, and forgets what was half written. */
	async signOut(): Promise<void> {
		await this.#api.signOut();
		this.drafts.clear();
		this.stop();
	}

	/** Puts a chat on the screen; fetches it unless it is there. */
	async show(chat_id: string | null): Promise<void> {
		this.#open_chat = chat_id;
		if (chat_id === null || this.store.value.conversations.has(chat_id)) return;
		for (const pause of this.#begun.has(chat_id) ? PAUSES_MS : []) {
			try {
				return await this.fetching.chat(chat_id);
			} catch (error) {
				// It was begun a moment ago: the database will have it soon.
				if (!(error instanceof Problem) || error.status !== 404) throw error;
				await new Promise<void>((done) => this.#world.after(pause, done));
			}
		}
		await this.fetching.chat(chat_id);
	}

	/** Says something to the client, or notes something for technicians. It is kept and shown before it is sent. */
	say(chat_id: string, text: string, note: boolean): void {
		const written_at = new Date(this.#world.now()).toISOString();
		this.outbox.add({ message_id: this.#ids.next(), chat_id, text, note, written_at });
		this.drafts.keep(chat_id, '');
		this.#typedAt = -Infinity;
	}

	/** The technician is typing: lets the client know, now and then. */
	typing(chat_id: string): void {
		const now = this.#world.now();
		if (now - this.#typedAt < TYPING_EVERY_MS) return;
		this.#typedAt = now;
		this.#api.sayTyping(chat_id).catch(() => undefined);
	}

	/** The technician has seen the chat up to a sequence. */
	read(chat_id: string, upto: number): void {
		this.store.dispatch({ type: 'read_here', chat_id, upto });
		this.#api.markRead(chat_id, upto).catch(() => undefined);
	}

	/** Gives a chat to a technician, or to nobody. Fails with `assigned-meanwhile` when somebody was faster. */
	async assign(chat_id: string, technician_id: string | null): Promise<void> {
		const expected_seq = this.store.value.chats.get(chat_id)?.row.assigned_seq ?? 0;
		try {
			this.#assigned(chat_id, await this.#api.assign(chat_id, technician_id, expected_seq));
		} catch (error) {
			if (error instanceof Problem && error.kind === 'assigned-meanwhile')
				this.#assigned(chat_id, error.extras);
			throw error;
		}
	}

	/** Ends a chat. */
	async close(chat_id: string): Promise<void> {
		await this.#api.closeChat(chat_id);
	}

	/** Begins a chat with an asset, or finds the one that is open. */
	async startChat(asset_id: string): Promise<{ chat_id: string; already_open: boolean }> {
		try {
			const { chat_id } = await this.#api.openChat(asset_id);
			this.#begun.add(chat_id);
			return { chat_id, already_open: false };
		} catch (error) {
			const { chat_id } = error instanceof Problem && error.kind === 'chat-already-open' ? error.extras : {};
			if (typeof chat_id === 'string') return { chat_id, already_open: true };
			throw error;
		}
	}

	#assigned(chat_id: string, answer: { assigned_to?: unknown; assigned_seq?: unknown }): void {
		const { assigned_to, assigned_seq } = answer;
		if (typeof assigned_seq !== 'number') return;
		const to = isAssignee(assigned_to) ? assigned_to : null;
		this.store.dispatch({ type: 'assigned_here', chat_id, assigned_to: to, assigned_seq });
	}

	#heard(event: LiveEvent): void {
		this.store.dispatch({ type: 'heard', event, now: this.#world.now() });
		this.fetching.heard(event);
		if (event.type === 'stored') this.outbox.stored(event.messages.map((receipt) => receipt.message_id));
		if (event.type === 'ping') this.#pinged(event);
		if (event.type === 'notice') this.notices.heard(event.notice);
		if (event.type === 'ready') {
			void this.outbox.send();
			this.notices.refresh().catch(() => undefined);
		}
		if (event.type === 'ready' || event.type === 'heartbeat') void this.#confirm();
	}

	#fetched(page: MessagePage): void {
		this.outbox.stored(page.messages.map((message) => message.message_id));
	}

	/** A receipt may be lost: asks for messages that were sent and that nobody has called stored yet. */
	async #confirm(): Promise<void> {
		for (const { chat_id, message_id, seq } of this.outbox.pending) {
			if (seq === null) continue;
			try {
				const page = await this.#api.listMessages(chat_id, seq + 1, CONFIRMED_AT_ONCE);
				this.#fetched(page);
				const stored = page.messages.some((message) => message.message_id === message_id);
				if (!stored && page.upto >= seq) this.outbox.lost([message_id]);
			} catch {
				return;
			}
		}
	}

	async #sessionEnded(): Promise<boolean> {
		try {
			await this.#api.whoAmI();
			return false;
		} catch (error) {
			return error instanceof Problem && error.signedOut;
		}
	}
}

function isAssignee(value: unknown): value is { technician_id: string; name: string } {
	return typeof value === 'object' && value !== null && 'technician_id' in value && 'name' in value;
}
