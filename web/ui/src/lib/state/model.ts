import type { ChatCounts, ChatRow, FactEvent, Filter, Message } from '../api/types';

/** What the front knows. Never changed in place: the reducer makes a new one. */
export interface ConsoleState {
	/** The technician who is signed in. */
	readonly me: string;
	/** Up to where the live socket has told us everything: every known chat is complete up to here. */
	readonly upto: number;
	/** The latest facts, by rising sequence: they bring a snapshot that is older than `upto` up to it. */
	readonly recent: readonly FactEvent[];
	/** After which sequence `recent` is complete. */
	readonly recent_after: number;
	/** The newest snapshot's `upto`: whatever is not after it is in the database. */
	readonly stored_upto: number;
	readonly chats: ReadonlyMap<string, Chat>;
	readonly conversations: ReadonlyMap<string, Conversation>;
	/** How far each list has been fetched; a list that is missing was not asked for yet. */
	readonly lists: ReadonlyMap<Filter, { readonly next_cursor: string | null }>;
	/** What a search found, in the server's order; null when nobody searches. */
	readonly found: Found | null;
	/** The counts of all open chats as the server last told them. */
	readonly counts: ChatCounts | null;
	/** Chats that facts speak of and that we have no row of: to be fetched. */
	readonly wanted: ReadonlySet<string>;
	/** Chats in which the client is typing, and until when that counts (milliseconds of this browser's clock). */
	readonly typing: ReadonlyMap<string, number>;
	/** How far chats have come on their devices, as the devices last said. */
	readonly reached: ReadonlyMap<string, Reached>;
	/** Technicians of whom the live socket said that they came online or went offline. */
	readonly online: ReadonlyMap<string, boolean>;
}

/** One chat of the list. */
export interface Chat {
	readonly row: ChatRow;
	/** Up to which sequence `row` is complete. */
	readonly upto: number;
	/** The message or note that `row` shows is at least as new as this. */
	readonly message_seq: number;
	/** The last message of the client that we know of, 0 for none. */
	readonly client_seq: number;
	/** Where it was closed: by the fact, or no later than a snapshot that says so. */
	readonly closed: { readonly seq: number; readonly exact: boolean } | null;
}

/** How far a chat has come on its device. */
export interface Reached {
	readonly delivered_upto: number;
	readonly shown_upto: number;
}

/** The messages of one chat, as far back as they were fetched. */
export interface Conversation {
	/** By rising sequence. Nothing between the first and the last is missing. */
	readonly messages: readonly KnownMessage[];
	/** Whether there are older ones. */
	readonly more: boolean;
	readonly client_read_upto: number;
	/** How far this technician has read. */
	readonly read_upto: number;
}

/** A message, and whether a receipt said that it is in the database. */
export interface KnownMessage extends Message {
	readonly stored: boolean;
}

/** What a search found so far. */
export interface Found {
	readonly filter: Filter;
	readonly search: string;
	readonly chat_ids: readonly string[];
	readonly next_cursor: string | null;
}

/** How many facts {@link ConsoleState.recent} holds at most. */
export const RECENT_FACTS = 2000;
/** How many conversations are kept; the one used longest ago goes first. */
export const KEPT_CONVERSATIONS = 20;
/** For how long a sign of typing counts. */
export const TYPING_MS = 6000;

/** What is known before anything was fetched. */
export function nothingKnown(me: string): ConsoleState {
	return {
		me,
		upto: 0,
		recent: [],
		recent_after: 0,
		stored_upto: 0,
		chats: new Map(),
		conversations: new Map(),
		lists: new Map(),
		found: null,
		counts: null,
		wanted: new Set(),
		typing: new Map(),
		reached: new Map(),
		online: new Map(),
	};
}
