import type { AssetConnected, ChatRow, LiveEvent, MessagePage, FactEvent } from '../api/types';
import type { Action } from './action';
import { assigned, begun, folded, foldedIn, fromRow, merged, readByMe, readUpto } from './fold';
import {
	KEPT_CONVERSATIONS,
	RECENT_FACTS,
	TYPING_MS,
	nothingKnown,
	type Chat,
	type ConsoleState,
	type Conversation,
	type KnownMessage,
} from './model';

/**
 * What is known after something happened. A fact that repeats or is older changes nothing, and a snapshot is brought up
 * to where the socket is, so it does not matter in which order snapshots and facts arrive.
 */
export function reduce(state: ConsoleState, action: Action): ConsoleState {
	switch (action.type) {
		case 'restarted':
			return restarted(state, action);
		case 'listed':
			return listed(state, action);
		case 'search_left':
			return state.found === null ? state : { ...state, found: null };
		case 'shown':
			return withRows(state, [action.shown.chat], action.shown.upto);
		case 'paged':
			return paged(state, action.chat_id, action.before, action.page);
		case 'heard':
			return heard(state, action.event, action.now);
		case 'assigned_here':
			return withChat(state, action.chat_id, (chat) =>
				assigned(chat, action.assigned_to, action.assigned_seq),
			);
		case 'read_here':
			return readHere(state, action.chat_id, action.upto);
		case 'given_up':
			return { ...state, wanted: without(state.wanted, action.chat_ids) };
	}
}

function restarted(
	state: ConsoleState,
	{ list, open }: Extract<Action, { type: 'restarted' }>,
): ConsoleState {
	const fresh = { ...nothingKnown(state.me), upto: list.upto, recent_after: list.upto };
	const withList = listed(fresh, { type: 'listed', filter: 'all', search: '', cursor: null, list });
	if (open === null) return withList;
	const withOpen = withRows(withList, [open.shown.chat], open.shown.upto);
	return paged(withOpen, open.shown.chat.chat_id, null, open.page);
}

function listed(state: ConsoleState, action: Extract<Action, { type: 'listed' }>): ConsoleState {
	const { filter, search, cursor, list } = action;
	const next_cursor = list.next_cursor ?? null;
	const after = { ...withRows(state, list.chats, list.upto), counts: list.counts };
	if (search === '') {
		// The head of a list that is fetched again says nothing about how far down it was fetched.
		const kept = cursor === null ? state.lists.get(filter) : undefined;
		return { ...after, lists: new Map(state.lists).set(filter, kept ?? { next_cursor }) };
	}
	const before = cursor === null ? [] : (state.found?.chat_ids ?? []);
	const chat_ids = [...new Set([...before, ...list.chats.map((row) => row.chat_id)])];
	return { ...after, found: { filter, search, chat_ids, next_cursor } };
}

function withRows(state: ConsoleState, rows: readonly ChatRow[], upto: number): ConsoleState {
	const chats = new Map(state.chats);
	const placed: string[] = [];
	for (const row of rows) {
		const known = chats.get(row.chat_id);
		// Between the snapshot and what we remember of the log there is a gap: show the row, and fetch it again.
		if (upto >= state.recent_after) placed.push(row.chat_id);
		if (known && known.upto >= upto) continue;
		const fresh = fromRow(row, upto);
		chats.set(row.chat_id, caughtUp({ ...fresh, closed: known?.closed ?? fresh.closed }, state));
	}
	return {
		...state,
		chats,
		stored_upto: Math.max(state.stored_upto, upto),
		wanted: without(state.wanted, placed),
	};
}

function caughtUp(chat: Chat, state: ConsoleState): Chat {
	const facts = state.recent.filter((event) => event.chat_id === chat.row.chat_id);
	const after = facts.reduce((folding, event) => folded(folding, event, state.me), chat);
	return { ...after, upto: Math.max(after.upto, state.upto) };
}

function paged(state: ConsoleState, chat_id: string, before: number | null, page: MessagePage): ConsoleState {
	const known = state.conversations.get(chat_id);
	// Whoever asked for older messages has looked elsewhere for so long that the newer ones were forgotten.
	if (before !== null && !known) return state;
	const fetched = page.messages.map((message) => ({ ...message, stored: true }));
	const kept = known && joins(known, before, fetched) ? known : null;
	let conversation: Conversation = {
		messages: merged(kept?.messages ?? [], fetched),
		more: kept && !reachesFurther(fetched, kept) ? kept.more : page.more,
		client_read_upto: Math.max(kept?.client_read_upto ?? 0, page.client_read_upto),
		read_upto: Math.max(kept?.read_upto ?? 0, page.read_upto),
	};
	for (const event of state.recent) {
		if (event.chat_id === chat_id && event.seq > page.upto)
			conversation = foldedIn(conversation, event, state.me);
	}
	return {
		...state,
		conversations: withKept(state.conversations, chat_id, conversation),
		stored_upto: Math.max(state.stored_upto, page.upto),
	};
}

/** Whether nothing can be missing between what is known and what was fetched. */
function joins(known: Conversation, before: number | null, fetched: readonly KnownMessage[]): boolean {
	const first = fetched[0];
	const last = known.messages.at(-1);
	return before !== null || first === undefined || last === undefined || first.seq <= last.seq;
}

/** Whether what was fetched says whether there is still more before it: it goes back at least as far as what is known. */
function reachesFurther(fetched: readonly KnownMessage[], known: Conversation): boolean {
	const first = fetched[0]?.seq ?? 0;
	return first <= (known.messages[0]?.seq ?? Infinity);
}

function heard(state: ConsoleState, event: LiveEvent, now: number): ConsoleState {
	switch (event.type) {
		case 'fact':
			return event.seq <= state.upto ? state : withFact(state, event);
		case 'chat_hidden':
			return event.seq <= state.upto ? state : withoutChat(state, event.chat_id, event.seq);
		case 'stored':
			return withReceipts(state, event.chat_id, new Set(event.messages.map((receipt) => receipt.message_id)));
		case 'typing':
			if (event.technician_id) return state;
			return { ...state, typing: new Map(state.typing).set(event.chat_id, now + TYPING_MS) };
		case 'reached':
			return { ...state, reached: new Map(state.reached).set(event.chat_id, event) };
		case 'technician_presence':
			return { ...state, online: new Map(state.online).set(event.technician_id, event.is_online) };
		case 'asset_presence':
			return withPresence(state, event.assets);
		default:
			return state;
	}
}

function withFact(state: ConsoleState, event: FactEvent): ConsoleState {
	const recent = [...state.recent, event];
	const dropped = recent.length > RECENT_FACTS ? recent.shift() : undefined;
	let after: ConsoleState = {
		...state,
		upto: event.seq,
		recent,
		recent_after: dropped?.seq ?? state.recent_after,
	};

	const known = state.chats.get(event.chat_id);
	const chat = known ? folded(known, event, state.me) : begun(event);
	if (chat) after = { ...after, chats: new Map(state.chats).set(event.chat_id, chat) };
	else after = { ...after, wanted: wantedAfter(state.wanted, event) };

	const conversation = state.conversations.get(event.chat_id);
	if (conversation) {
		const conversations = new Map(state.conversations).set(
			event.chat_id,
			foldedIn(conversation, event, state.me),
		);
		after = { ...after, conversations };
	}
	if (event.leaf === 'said.client' && state.typing.has(event.chat_id)) {
		const typing = new Map(state.typing);
		typing.delete(event.chat_id);
		after = { ...after, typing };
	}
	return after;
}

/** Somebody else has the chat, and it may not be seen any more. */
function withoutChat(state: ConsoleState, chat_id: string, seq: number): ConsoleState {
	const gone = <Value>(kept: ReadonlyMap<string, Value>) => {
		const left = new Map(kept);
		left.delete(chat_id);
		return left;
	};
	return {
		...state,
		upto: seq,
		recent: state.recent.filter((event) => event.chat_id !== chat_id),
		chats: gone(state.chats),
		conversations: gone(state.conversations),
		typing: gone(state.typing),
		wanted: without(state.wanted, [chat_id]),
	};
}

/** A chat that we do not know is wanted as soon as something happens in it, until it is closed. */
function wantedAfter(wanted: ReadonlySet<string>, event: FactEvent): ReadonlySet<string> {
	if (event.fact.kind === 'closed.v1') return without(wanted, [event.chat_id]);
	return event.fact.kind === 'read.v1' ? wanted : new Set(wanted).add(event.chat_id);
}

function withReceipts(state: ConsoleState, chat_id: string, message_ids: ReadonlySet<string>): ConsoleState {
	const conversation = state.conversations.get(chat_id);
	if (!conversation?.messages.some((message) => !message.stored && message_ids.has(message.message_id)))
		return state;
	const messages = conversation.messages.map((message) =>
		message_ids.has(message.message_id) ? { ...message, stored: true } : message,
	);
	return {
		...state,
		conversations: new Map(state.conversations).set(chat_id, { ...conversation, messages }),
	};
}

function withPresence(state: ConsoleState, assets: readonly AssetConnected[]): ConsoleState {
	const connected = new Map(assets.map((asset) => [asset.asset_id, asset.is_connected]));
	const changed = [...state.chats].filter(([, { row }]) => {
		const is_connected = connected.get(row.asset.asset_id);
		return is_connected !== undefined && is_connected !== row.is_connected;
	});
	if (changed.length === 0) return state;
	const chats = new Map(state.chats);
	for (const [chat_id, chat] of changed)
		chats.set(chat_id, { ...chat, row: { ...chat.row, is_connected: !chat.row.is_connected } });
	return { ...state, chats };
}

function withChat(state: ConsoleState, chat_id: string, change: (chat: Chat) => Chat): ConsoleState {
	const chat = state.chats.get(chat_id);
	if (!chat) return state;
	const changed = change(chat);
	return changed === chat ? state : { ...state, chats: new Map(state.chats).set(chat_id, changed) };
}

function readHere(state: ConsoleState, chat_id: string, upto: number): ConsoleState {
	const after = withChat(state, chat_id, (chat) => readByMe(chat, upto));
	const conversation = after.conversations.get(chat_id);
	if (!conversation || conversation.read_upto >= upto) return after;
	const conversations = new Map(after.conversations).set(chat_id, readUpto(conversation, upto));
	return { ...after, conversations };
}

function withKept(kept: ConsoleState['conversations'], chat_id: string, conversation: Conversation) {
	const conversations = new Map(kept);
	conversations.delete(chat_id);
	conversations.set(chat_id, conversation);
	const [oldest] = conversations.keys();
	if (conversations.size > KEPT_CONVERSATIONS && oldest !== undefined) conversations.delete(oldest);
	return conversations;
}

function without(chat_ids: ReadonlySet<string>, gone: readonly string[]): ReadonlySet<string> {
	if (!gone.some((chat_id) => chat_ids.has(chat_id))) return chat_ids;
	const left = new Set(chat_ids);
	for (const chat_id of gone) left.delete(chat_id);
	return left;
}
