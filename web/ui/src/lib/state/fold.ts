// What one fact changes in a chat and in a conversation. A fact that is in already changes nothing, so a snapshot that
// holds more than it promises does no harm.
import type { ChatRow, Fact, FactEvent, LastMessage } from '../api/types';
import type { Chat, Conversation, KnownMessage } from './model';

/** How much of a message a row shows. */
const PREVIEW_CHARACTERS = 200;

type Spoken = Extract<Fact, { kind: 'said.v1' | 'noted.v1' }>;

/** The chat that an `opened` fact begins; null when the fact is another, or does not say whose chat it is. */
export function begun(event: FactEvent): Chat | null {
	if (event.fact.kind !== 'opened.v1' || !event.chat) return null;
	const row: ChatRow = {
		chat_id: event.chat_id,
		asset: event.chat.asset,
		// Whoever opens a chat at the device is connected; of another device it is not known yet.
		is_connected: event.fact.by.type === 'client',
		customer: event.chat.customer,
		contact: event.chat.contact ?? null,
		opened_at: event.at,
		opened_by: event.fact.by,
		closed_at: null,
		assigned_to: null,
		assigned_seq: 0,
		last_at: event.at,
		last_seq: event.seq,
		last_message: null,
		unread: false,
		waiting_since: null,
	};
	return { row, upto: event.seq, message_seq: 0, client_seq: 0, closed: null };
}

/** The chat of a row, complete up to `upto`. */
export function fromRow(row: ChatRow, upto: number): Chat {
	return {
		row: { ...row, contact: row.contact ?? null, last_message: row.last_message ?? null },
		upto,
		message_seq: row.last_seq,
		client_seq: row.last_message?.kind === 'client' ? row.last_seq : 0,
		closed: row.closed_at ? { seq: upto, exact: false } : null,
	};
}

/** The chat after a fact of its own. */
export function folded(chat: Chat, event: FactEvent, me: string): Chat {
	if (event.seq <= chat.upto) return event.fact.kind === 'closed.v1' ? closedAt(chat, event) : chat;
	const after = { ...chat, upto: event.seq };
	const { fact } = event;
	switch (fact.kind) {
		case 'said.v1':
			return said(previewed(after, event, fact), event);
		case 'noted.v1':
			return previewed(after, event, fact);
		case 'assigned.v1':
			return assigned(after, fact.to ?? null, event.seq);
		case 'closed.v1':
			return closedAt(after, event);
		case 'read.v1':
			return event.leaf === `read.tech.${me}` ? readByMe(after, fact.upto) : after;
		default:
			return after;
	}
}

/** The chat after somebody got it, or nobody, at a sequence. */
export function assigned(chat: Chat, to: ChatRow['assigned_to'], seq: number): Chat {
	if (seq <= chat.row.assigned_seq) return chat;
	return { ...chat, row: { ...chat.row, assigned_to: to ?? null, assigned_seq: seq } };
}

/** The chat after this technician read up to a sequence. */
export function readByMe(chat: Chat, upto: number): Chat {
	if (!chat.row.unread || upto < chat.client_seq) return chat;
	return { ...chat, row: { ...chat.row, unread: false } };
}

/** The conversation after a fact of its chat. */
export function foldedIn(conversation: Conversation, event: FactEvent, me: string): Conversation {
	const { fact } = event;
	if (fact.kind === 'said.v1' || fact.kind === 'noted.v1') {
		return { ...conversation, messages: merged(conversation.messages, [message(event, fact)]) };
	}
	if (event.leaf === 'read.client' && fact.kind === 'read.v1' && fact.upto > conversation.client_read_upto) {
		return { ...conversation, client_read_upto: fact.upto };
	}
	const readByMe = event.leaf === `read.tech.${me}` && fact.kind === 'read.v1';
	return readByMe ? readUpto(conversation, fact.upto) : conversation;
}

/** The conversation after this technician read up to a sequence. */
export function readUpto(conversation: Conversation, upto: number): Conversation {
	return upto > conversation.read_upto ? { ...conversation, read_upto: upto } : conversation;
}

/** Both sets of messages in the order of the log; of repeats of one message, the first on the log. */
export function merged(messages: readonly KnownMessage[], others: readonly KnownMessage[]): KnownMessage[] {
	const known = new Map(messages.map((message) => [message.message_id, message]));
	for (const other of others) {
		const same = known.get(other.message_id);
		if (!same) known.set(other.message_id, other);
		else known.set(other.message_id, one(same, other));
	}
	return [...known.values()].sort((left, right) => left.seq - right.seq);
}

function one(left: KnownMessage, right: KnownMessage): KnownMessage {
	const first = right.seq < left.seq ? right : left;
	return {
		...first,
		stored: left.stored || right.stored,
		late: left.seq === right.seq ? left.late || right.late : first.late,
	};
}

/** The chat after a `closed`, unless another was first: a snapshot tells only when, to the database's microsecond. */
function closedAt(chat: Chat, event: FactEvent): Chat {
	const before =
		chat.closed !== null && Date.parse(chat.row.closed_at ?? event.at) + 1 < Date.parse(event.at);
	if (before || chat.closed?.exact) return chat;
	return { ...chat, closed: { seq: event.seq, exact: true }, row: { ...chat.row, closed_at: event.at } };
}

/** The chat with the newest message or note to show. */
function previewed(chat: Chat, event: FactEvent, fact: Spoken): Chat {
	if (event.seq <= chat.message_seq) return chat;
	const last_message: LastMessage = {
		kind: messageKind(event.leaf),
		author: fact.by,
		text: preview(fact.text),
	};
	return { ...chat, message_seq: event.seq, row: { ...chat.row, last_message } };
}

function said(chat: Chat, event: FactEvent): Chat {
	let { row } = chat;
	if (event.seq > row.last_seq) row = { ...row, last_seq: event.seq, last_at: event.at };
	switch (messageKind(event.leaf)) {
		case 'client':
			row = { ...row, unread: true, waiting_since: row.waiting_since ?? event.at };
			return { ...chat, row, client_seq: Math.max(chat.client_seq, event.seq) };
		case 'technician':
			return { ...chat, row: { ...row, waiting_since: null } };
		default:
			return { ...chat, row };
	}
}

function message(event: FactEvent, fact: Spoken): KnownMessage {
	return {
		message_id: fact.message_id,
		seq: event.seq,
		at: event.at,
		written_at: fact.written_at,
		kind: messageKind(event.leaf),
		author: fact.by,
		text: fact.text,
		late: false,
		stored: false,
	};
}

function messageKind(leaf: string): KnownMessage['kind'] {
	switch (leaf) {
		case 'said.client':
			return 'client';
		case 'said.tech':
			return 'technician';
		case 'note':
			return 'note';
		default:
			return 'system';
	}
}

function preview(text: string): string {
	return Array.from(text.slice(0, PREVIEW_CHARACTERS * 2))
		.slice(0, PREVIEW_CHARACTERS)
		.join('');
}
