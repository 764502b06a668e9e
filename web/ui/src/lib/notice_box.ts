import type { Api } from './api/client';
import type { Notice, NoticeHeard } from './api/types';
import { Cell } from './cell';

/** What the technician was told in the app, as far as it was fetched. */
export interface KnownNotices {
	/** Newest first. */
	readonly notices: readonly Notice[];
	/** How many are unread, also of those that were not fetched. */
	readonly unread: number;
	/** Where older ones begin, if there are any. */
	readonly next_cursor: string | null;
}

/** How many notices are fetched at once. */
const PART = 30;
/** How long a new notice waits to be fetched, so that a burst is one request. */
const FETCH_AFTER_MS = 300;

/** The notices of the technician who is signed in: fetched, and fetched again when the live socket tells of new ones. */
export class NoticeBox extends Cell<KnownNotices | null> {
	readonly #api: Api;
	readonly #after: (milliseconds: number, call: () => void) => () => void;
	#planned: (() => void) | null = null;
	/** Counts the fetches of the newest part: of two under way, the later one counts. */
	#turn = 0;

	constructor(api: Api, after: (milliseconds: number, call: () => void) => () => void) {
		super(null);
		this.#api = api;
		this.#after = after;
	}

	/** Fetches the newest ones. Of those that were fetched before, what is older stays. */
	async refresh(): Promise<void> {
		const turn = (this.#turn += 1);
		const page = await this.#api.listNotices(null, PART);
		if (turn !== this.#turn) return;
		const fresh = new Set(page.notices.map((notice) => notice.notice_id));
		const oldest = page.notices.at(-1)?.at ?? '';
		const kept = (this.value?.notices ?? []).filter(
			(notice) => !fresh.has(notice.notice_id) && notice.at < oldest,
		);
		const next_cursor = kept.length > 0 ? (this.value?.next_cursor ?? null) : (page.next_cursor ?? null);
		this.set({ notices: [...page.notices, ...kept], unread: page.unread, next_cursor });
	}

	/** Fetches older ones, if there are any. */
	async more(): Promise<void> {
		const cursor = this.value?.next_cursor ?? null;
		if (cursor === null) return;
		const page = await this.#api.listNotices(cursor, PART);
		if (this.value?.next_cursor !== cursor) return;
		const notices = [...this.value.notices, ...page.notices];
		this.set({ notices, unread: page.unread, next_cursor: page.next_cursor ?? null });
	}

	/** Marks notices as read, here at once: these, or all of them. */
	async markRead(notice_ids: readonly string[] | null): Promise<void> {
		this.#read(notice_ids);
		try {
			await this.#api.markNoticesRead(notice_ids);
		} catch (error) {
			this.#plan();
			throw error;
		}
	}

	/** Takes what the live socket says. */
	heard(heard: NoticeHeard): void {
		if (heard.type === 'read') this.#read(heard.notice_ids);
		this.#plan();
	}

	/** Plans nothing more. */
	stop(): void {
		this.#planned?.();
		this.#planned = () => undefined;
	}

	#read(notice_ids: readonly string[] | null): void {
		if (this.value === null) return;
		const read_at = new Date().toISOString();
		const meant = (notice: Notice) =>
			notice.read_at === null && (notice_ids === null || notice_ids.includes(notice.notice_id));
		const marked = this.value.notices.filter(meant).length;
		const notices = this.value.notices.map((notice) => (meant(notice) ? { ...notice, read_at } : notice));
		const unread = notice_ids === null ? 0 : Math.max(0, this.value.unread - marked);
		this.set({ ...this.value, notices, unread });
	}

	#plan(): void {
		this.#planned ??= this.#after(FETCH_AFTER_MS, () => {
			this.#planned = null;
			this.refresh().catch(() => undefined);
		});
	}
}
