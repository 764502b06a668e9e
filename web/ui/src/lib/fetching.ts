import type { Api } from './api/client';
import { Problem } from './api/problem';
import type { Filter, LiveEvent, MessagePage } from './api/types';
import { allKnown } from './state/select';
import type { Store } from './state/store';

/** How many chats the head of a list has, how many each further part, and how many messages are fetched at once. */
const LIST_PART = 50;
const FURTHER_PART = 200;
const PAGE = 50;
/** How many single chats one round of looking for wanted ones fetches, and how often a chat is looked for. */
const WANTED_AT_ONCE = 10;
const MOST_LOOKS = 6;
/** How long what happened may wait for the next round, so that a burst is one round. */
const ROUND_MS = 400;
const AFTER_FAILURE_MS = 3000;

/** Fetches lists and conversations into the store, and again whatever the store finds missing. */
export class Fetching {
	readonly #api: Api;
	readonly #store: Store;
	readonly #after: (milliseconds: number, call: () => void) => () => void;
	/** Takes every page of messages that was fetched. */
	readonly #paged: (page: MessagePage) => void;
	readonly #looks = new Map<string, number>();
	#cancelRound: (() => void) | null = null;
	#searching = 0;

	constructor(
		api: Api,
		store: Store,
		after: (milliseconds: number, call: () => void) => () => void,
		paged: (page: MessagePage) => void,
	) {
		this.#api = api;
		this.#store = store;
		this.#after = after;
		this.#paged = paged;
	}

	/** Fetches the head of all chats, and the chat that is on the screen; tells from where to listen. */
	async restart(open_chat: string | null): Promise<number> {
		const list = await this.#api.listChats({ filter: 'all', search: '', cursor: null, limit: LIST_PART });
		const open = open_chat === null ? null : await this.#open(open_chat);
		this.#store.dispatch({ type: 'restarted', list, open });
		return list.upto;
	}

	/** Fetches the head of a list, unless it is there. */
	async list(filter: Filter): Promise<void> {
		if (!this.#store.value.lists.has(filter)) await this.#part(filter, '', null);
	}

	/** Fetches the next part of a list or of what is searched for, if there is one. */
	async more(filter: Filter): Promise<void> {
		const { found, lists } = this.#store.value;
		const cursor = found ? found.next_cursor : (lists.get(filter)?.next_cursor ?? null);
		if (cursor !== null) await this.#part(filter, found?.search ?? '', cursor);
	}

	/** Searches; an empty search shows the list again. Of searches under way, the last one counts. */
	async search(filter: Filter, search: string): Promise<void> {
		const turn = (this.#searching += 1);
		if (search === '') {
			this.#store.dispatch({ type: 'search_left' });
			await this.list(filter);
			return;
		}
		const list = await this.#api.listChats({ filter, search, cursor: null, limit: LIST_PART });
		if (turn === this.#searching)
			this.#store.dispatch({ type: 'listed', filter, search, cursor: null, list });
	}

	/** Fetches a chat and its newest messages. */
	async chat(chat_id: string): Promise<void> {
		const [shown, page] = await Promise.all([
			this.#api.showChat(chat_id),
			this.#api.listMessages(chat_id, null, PAGE),
		]);
		this.#store.dispatch({ type: 'shown', shown });
		this.#page(chat_id, null, page);
	}

	/** Fetches the messages before those that are known. */
	async older(chat_id: string): Promise<void> {
		const first = this.#store.value.conversations.get(chat_id)?.messages[0];
		if (!first) return;
		this.#page(chat_id, first.seq, await this.#api.listMessages(chat_id, first.seq, PAGE));
	}

	/** Looks at what was heard, and soon fetches what it leaves unknown. */
	heard(event: LiveEvent): void {
		if (event.type !== 'fact') return;
		const counted = event.fact.kind !== 'ticketed.v1' && event.leaf !== 'read.client';
		if (this.#store.value.wanted.size > 0 || (counted && !allKnown(this.#store.value))) this.#plan(ROUND_MS);
	}

	/** Plans nothing more. */
	stop(): void {
		this.#cancelRound?.();
		this.#cancelRound = () => undefined;
	}

	#plan(milliseconds: number): void {
		this.#cancelRound ??= this.#after(milliseconds, () => void this.#round());
	}

	async #round(): Promise<void> {
		let pause = ROUND_MS;
		try {
			await this.#part('all', '', null);
			for (const chat_id of [...this.#store.value.wanted].slice(0, WANTED_AT_ONCE)) await this.#look(chat_id);
		} catch {
			pause = AFTER_FAILURE_MS;
		}
		this.#cancelRound = null;
		if (this.#store.value.wanted.size > 0) this.#plan(pause);
	}

	/** Looks for one chat; the database may not have it yet, or it may not be for us. */
	async #look(chat_id: string): Promise<void> {
		const looks = (this.#looks.get(chat_id) ?? 0) + 1;
		try {
			this.#store.dispatch({ type: 'shown', shown: await this.#api.showChat(chat_id) });
		} catch (error) {
			if (!(error instanceof Problem) || error.passing) throw error;
		}
		const found = !this.#store.value.wanted.has(chat_id);
		if (!found && looks >= MOST_LOOKS) this.#store.dispatch({ type: 'given_up', chat_ids: [chat_id] });
		if (found || looks >= MOST_LOOKS) this.#looks.delete(chat_id);
		else this.#looks.set(chat_id, looks);
	}

	async #part(filter: Filter, search: string, cursor: string | null): Promise<void> {
		const limit = cursor === null ? LIST_PART : FURTHER_PART;
		const list = await this.#api.listChats({ filter, search, cursor, limit });
		this.#store.dispatch({ type: 'listed', filter, search, cursor, list });
	}

	#page(chat_id: string, before: number | null, page: MessagePage): void {
		this.#store.dispatch({ type: 'paged', chat_id, before, page });
		this.#paged(page);
	}

	async #open(chat_id: string) {
		try {
			const [shown, page] = await Promise.all([
				this.#api.showChat(chat_id),
				this.#api.listMessages(chat_id, null, PAGE),
			]);
			this.#paged(page);
			return { shown, page };
		} catch (error) {
			if (error instanceof Problem && error.status === 404) return null;
			throw error;
		}
	}
}
