import type { ChatCounts, Filter } from '../api/types';
import type { Chat, ConsoleState, KnownMessage, Reached } from './model';

/** The chats of a list, newest activity first; while somebody searches, what was found, in the server's order. */
export function listedChats(state: ConsoleState, filter: Filter): Chat[] {
	if (state.found) {
		const found = state.found.chat_ids.flatMap((chat_id) => state.chats.get(chat_id) ?? []);
		return found.filter((chat) => isIn(chat, filter, state.me));
	}
	const listed = [...state.chats.values()].filter((chat) => isIn(chat, filter, state.me));
	return listed.sort((left, right) => right.row.last_seq - left.row.last_seq);
}

/**
 * How many open chats each list has. Counted here once every open chat is known; until then as the server last said.
 */
export function counts(state: ConsoleState): ChatCounts | null {
	if (!allKnown(state)) return state.counts;
	const counted = { all: 0, mine: 0, mine_unread: 0, unassigned: 0 };
	for (const chat of state.chats.values()) {
		if (isIn(chat, 'all', state.me)) counted.all += 1;
		if (isIn(chat, 'mine', state.me)) counted.mine += 1;
		if (isIn(chat, 'mine_unread', state.me)) counted.mine_unread += 1;
		if (isIn(chat, 'unassigned', state.me)) counted.unassigned += 1;
	}
	return counted;
}

/** What waits for this technician: unread chats of theirs, and chats that nobody has. 0 until it is known. */
export function bubbleCount(state: ConsoleState): number {
	const counted = counts(state);
	return counted === null ? 0 : counted.mine_unread + counted.unassigned;
}

/** Whether every open chat is known, so that nothing need be asked to count them. */
export function allKnown(state: ConsoleState): boolean {
	return state.lists.get('all')?.next_cursor === null && state.wanted.size === 0;
}

/** Whether a chat is in a list. */
export function isIn(chat: Chat, filter: Filter, me: string): boolean {
	if (chat.closed !== null) return false;
	const assignee = chat.row.assigned_to?.technician_id ?? null;
	switch (filter) {
		case 'all':
			return true;
		case 'mine':
			return assignee === me;
		case 'mine_unread':
			return assignee === me && chat.row.unread;
		case 'unassigned':
			return assignee === null;
	}
}

/** How a message of this technician fares. */
export type Delivery = 'sending' | 'sent' | 'stored' | 'delivered' | 'shown' | 'read';

/** How far a message of the log has come. */
export function delivery(
	state: ConsoleState,
	message: KnownMessage,
	client_read_upto: number,
	reached?: Reached,
): Delivery {
	const stored = message.stored || message.seq <= state.stored_upto;
	if (message.kind === 'note') return stored ? 'stored' : 'sent';
	if (client_read_upto >= message.seq) return 'read';
	if (!stored) return 'sent';
	if (reached && reached.shown_upto >= message.seq) return 'shown';
	return reached && reached.delivered_upto >= message.seq ? 'delivered' : 'stored';
}

/** Whether a message came after its chat was closed. */
export function isLate(message: KnownMessage, chat: Chat | undefined): boolean {
	return message.late || (chat?.closed != null && message.seq > chat.closed.seq);
}

/** How long the suggested subject of a ticket is at most. */
const SUBJECT_CHARACTERS = 80;

/** What a ticket made of a chat may be called: what the client said first, in a line. */
export function suggestedSubject(state: ConsoleState, chat_id: string): string {
	const first = state.conversations.get(chat_id)?.messages.find((message) => message.kind === 'client');
	const line = (first?.text ?? '').replaceAll(/\s+/g, ' ').trim();
	const characters = Array.from(line);
	if (characters.length <= SUBJECT_CHARACTERS) return line;
	return `${characters.slice(0, SUBJECT_CHARACTERS - 1).join('')}…`;
}
