import type { Author } from '../api/types';
import type { Pending } from '../outbox';
import { dayKey } from '../time/format';
import { texts } from '../texts/texts';
import { delivery, isLate, type Delivery } from './select';
import type { ConsoleState } from './model';

/** One message as it is shown. */
export interface Entry {
	readonly message_id: string;
	readonly at: string;
	readonly text: string;
	readonly late: boolean;
	/** How it fares; null unless this technician wrote it. */
	readonly delivery: Delivery | 'refused' | null;
	/** Why the server will not take it. */
	readonly refused: string | null;
}

/** What one person said without a long pause. */
export interface Group {
	readonly side: 'client' | 'me' | 'technician' | 'system' | 'note';
	readonly name: string;
	readonly entries: readonly Entry[];
	/** Whether the line above what is new goes above it. */
	readonly is_new: boolean;
}

/** What was said on one day. Clocks may be set back, so the same day may come twice; the key is unique all the same. */
export interface Day {
	readonly key: string;
	readonly at: string;
	readonly groups: readonly Group[];
}

/** A pause after which the same person's messages stand apart. */
const LONG_PAUSE_MS = 5 * 60_000;

/**
 * A chat's messages by day and person, in the order of the log; what is on its way comes last. `first_new` is the message
 * with which begins what is new.
 */
export function days(
	state: ConsoleState,
	chat_id: string,
	pending: readonly Pending[],
	first_new: string | null = null,
): Day[] {
	const shown: {
		key: string;
		at: string;
		groups: { side: Group['side']; name: string; entries: Entry[]; is_new: boolean }[];
	}[] = [];
	const times = new Map<string, number>();
	let last = '';
	for (const { side, name, entry } of spoken(state, chat_id, pending)) {
		const date = dayKey(entry.at);
		if (date !== last) {
			const time = (times.get(date) ?? 0) + 1;
			times.set(date, time);
			shown.push({ key: `${date}/${time}`, at: entry.at, groups: [] });
			last = date;
		}
		const groups = shown.at(-1)?.groups ?? [];
		const group = groups.at(-1);
		const previous = group?.entries.at(-1);
		const is_new = entry.message_id === first_new;
		const together = group?.side === side && group.name === name && previous && near(previous, entry);
		if (together && !is_new) group.entries.push(entry);
		else groups.push({ side, name, entries: [entry], is_new });
	}
	return shown;
}

/** What to call whoever did something. */
export function authorName(author: Author, contact: string | null): string {
	switch (author.type) {
		case 'client':
			return author.session_user ?? contact ?? texts.chats.author.client;
		case 'technician':
			return author.name;
		case 'policy':
		case 'system':
			return texts.chats.author.automatic;
	}
}

function spoken(state: ConsoleState, chat_id: string, pending: readonly Pending[]) {
	const chat = state.chats.get(chat_id);
	const contact = chat?.row.contact?.name ?? null;
	const conversation = state.conversations.get(chat_id);
	const known = (conversation?.messages ?? []).map((message) => {
		const mine = message.author.type === 'technician' && message.author.technician_id === state.me;
		const { message_id, at, text } = message;
		const read_upto = conversation?.client_read_upto ?? 0;
		const fares = mine ? delivery(state, message, read_upto, state.reached.get(chat_id)) : null;
		const entry: Entry = {
			message_id,
			at,
			text,
			late: isLate(message, chat),
			delivery: fares,
			refused: null,
		};
		return {
			side: sideOf(message.kind, mine),
			name: mine ? texts.chats.you : authorName(message.author, contact),
			entry,
		};
	});
	const heard = new Set(known.map(({ entry }) => entry.message_id));
	const waiting = pending.filter((message) => message.chat_id === chat_id && !heard.has(message.message_id));
	return known.concat(
		waiting.map(({ message_id, text, note, written_at, seq, refused }) => {
			const fares = refused !== null ? 'refused' : seq === null ? 'sending' : 'sent';
			const entry: Entry = { message_id, at: written_at, text, late: false, delivery: fares, refused };
			return { side: note ? 'note' : 'me', name: texts.chats.you, entry };
		}),
	);
}

function sideOf(kind: string, mine: boolean): Group['side'] {
	if (kind === 'client' || kind === 'note' || kind === 'system') return kind;
	return mine ? 'me' : 'technician';
}

function near(previous: Entry, entry: Entry): boolean {
	return Date.parse(entry.at) - Date.parse(previous.at) < LONG_PAUSE_MS;
}
