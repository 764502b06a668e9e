// A log made up for tests, and what a server that has read so much of it answers.
import type { Author, ChatPage, ChatRow, FactEvent, Fact, Message, MessagePage } from '../api/types';

export const ME = 'tech-me';
const OTHER = 'tech-other';

/** What happens to a chat, without the places in the log. */
export type Step =
	| 'client'
	| 'me'
	| 'other'
	| 'note'
	| 'system'
	| 'take'
	| 'take_other'
	| 'release'
	| 'read'
	| 'client_read'
	| 'close';
export const STEPS: readonly Step[] = [
	'client',
	'me',
	'other',
	'note',
	'system',
	'take',
	'take_other',
	'release',
	'read',
	'client_read',
	'close',
];

const CLIENT: Author = { type: 'client', session_user: 'ann' };
const technician = (technician_id: string): Author => ({
	type: 'technician',
	technician_id,
	name: technician_id,
});

/** The facts of some chats, each opened first, in the order of the steps. */
export function log(chats: number, steps: readonly (readonly [number, Step])[]): FactEvent[] {
	const events: FactEvent[] = [];
	const add = (chat: number, leaf: string, fact: Fact) => {
		const seq = events.length + 1;
		const names = (id: string) => ({ asset_id: id, customer_id: id, name: id });
		const header =
			fact.kind === 'opened.v1'
				? { chat: { asset: names(`a${chat}`), customer: names(`k${chat}`), contact: null } }
				: {};
		events.push({
			type: 'fact',
			seq,
			at: time(seq),
			asset_id: `a${chat}`,
			chat_id: `c${chat}`,
			leaf,
			fact,
			...header,
		});
	};
	for (let chat = 0; chat < chats; chat += 1) add(chat, 'state.opened', { kind: 'opened.v1', by: CLIENT });
	for (const [chat, step] of steps) {
		const [leaf, fact] = stepped(step, events.length + 1, events.length);
		add(chat % chats, leaf, fact);
	}
	return events;
}

function stepped(step: Step, seq: number, upto: number): [string, Fact] {
	const said = (by: Author): Fact => ({
		kind: 'said.v1',
		message_id: `m${seq}`,
		by,
		text: `text ${seq}`,
		written_at: time(seq),
	});
	const to = (technician_id: string): Fact => ({
		kind: 'assigned.v1',
		to: { technician_id, name: technician_id },
		by: technician(ME),
	});
	switch (step) {
		case 'client':
			return ['said.client', said(CLIENT)];
		case 'me':
			return ['said.tech', said(technician(ME))];
		case 'other':
			return ['said.tech', said(technician(OTHER))];
		case 'system':
			return ['said.system', said({ type: 'system' })];
		case 'note':
			return ['note', { ...said(technician(OTHER)), kind: 'noted.v1' } as Fact];
		case 'take':
			return ['assigned', to(ME)];
		case 'take_other':
			return ['assigned', to(OTHER)];
		case 'release':
			return ['assigned', { kind: 'assigned.v1', by: technician(ME) }];
		case 'read':
			return [`read.tech.${ME}`, { kind: 'read.v1', upto }];
		case 'client_read':
			return ['read.client', { kind: 'read.v1', upto }];
		case 'close':
			return ['state.closed', { kind: 'closed.v1', by: technician(ME) }];
	}
}

/** What the list of chats is once a server has read the first facts of a log; it promises no more than `upto`. */
export function listOf(events: readonly FactEvent[], upto: number): ChatPage {
	const chat_ids = [...new Set(events.map((event) => event.chat_id))];
	const chats = chat_ids.map((chat_id) => rowOf(events, chat_id)).filter((row) => row.closed_at === null);
	return {
		chats,
		counts: { all: chats.length, mine: 0, mine_unread: 0, unassigned: 0 },
		next_cursor: null,
		upto,
	};
}

/** What a chat's row is once a server has read the first facts of a log. */
export function rowOf(events: readonly FactEvent[], chat_id: string): ChatRow {
	const own = events.filter((event) => event.chat_id === chat_id);
	const last = (wanted: (event: FactEvent) => boolean) => own.filter(wanted).at(-1);
	const opened = own[0];
	if (!opened?.chat || opened.fact.kind !== 'opened.v1') throw new Error('a chat begins by being opened');
	const active = last((event) => event.fact.kind === 'said.v1') ?? opened;
	const spoken = last((event) => event.fact.kind === 'said.v1' || event.fact.kind === 'noted.v1');
	const assigned = last((event) => event.fact.kind === 'assigned.v1');
	const read = last((event) => event.leaf === `read.tech.${ME}`);
	const client = last((event) => event.leaf === 'said.client');
	const answered = last((event) => event.leaf === 'said.tech')?.seq ?? 0;
	return {
		chat_id,
		asset: opened.chat.asset,
		is_connected: opened.fact.by.type === 'client',
		customer: opened.chat.customer,
		contact: null,
		opened_at: opened.at,
		opened_by: opened.fact.by,
		closed_at: own.find((event) => event.fact.kind === 'closed.v1')?.at ?? null,
		assigned_to: (assigned?.fact.kind === 'assigned.v1' && assigned.fact.to) || null,
		assigned_seq: assigned?.seq ?? 0,
		last_at: active.at,
		last_seq: active.seq,
		last_message:
			spoken && 'text' in spoken.fact
				? { kind: kindOf(spoken), author: spoken.fact.by, text: spoken.fact.text }
				: null,
		unread: (client?.seq ?? 0) > (read?.fact.kind === 'read.v1' ? read.fact.upto : 0),
		waiting_since: own.find((event) => event.leaf === 'said.client' && event.seq > answered)?.at ?? null,
	};
}

/** All messages of a chat once a server has read the first facts of a log. */
export function pageOf(events: readonly FactEvent[], chat_id: string, upto: number): MessagePage {
	const own = events.filter((event) => event.chat_id === chat_id);
	const closed = own.find((event) => event.fact.kind === 'closed.v1')?.seq ?? Infinity;
	const messages = own.flatMap((event): Message[] => {
		if (event.fact.kind !== 'said.v1' && event.fact.kind !== 'noted.v1') return [];
		const { message_id, by, text, written_at } = event.fact;
		const late = event.seq > closed;
		return [
			{ message_id, seq: event.seq, at: event.at, written_at, kind: kindOf(event), author: by, text, late },
		];
	});
	const readBy = (leaf: string) => {
		const fact = own.filter((event) => event.leaf === leaf).at(-1)?.fact;
		return fact?.kind === 'read.v1' ? fact.upto : 0;
	};
	return {
		messages,
		more: false,
		client_read_upto: readBy('read.client'),
		read_upto: readBy(`read.tech.${ME}`),
		upto,
	};
}

function kindOf(event: FactEvent): Message['kind'] {
	const kinds: Record<string, Message['kind']> = {
		'said.client': 'client',
		'said.tech': 'technician',
		note: 'note',
	};
	return kinds[event.leaf] ?? 'system';
}

function time(seq: number): string {
	return new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString();
}
