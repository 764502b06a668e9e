import type { Assignee, ChatPage, Filter, LiveEvent, MessagePage, OneChat } from '../api/types';

/** Whatever can change what the front knows: something fetched, something heard, something done here. */
export type Action =
	/** A first snapshot, or a new one because the log no longer reaches back; what was known before is forgotten. */
	| { readonly type: 'restarted'; readonly list: ChatPage; readonly open: Open | null }
	/** A part of a list; the first part when `cursor` is null. */
	| {
			readonly type: 'listed';
			readonly filter: Filter;
			readonly search: string;
			readonly cursor: string | null;
			readonly list: ChatPage;
	  }
	| { readonly type: 'search_left' }
	| { readonly type: 'shown'; readonly shown: OneChat }
	/** Messages before a sequence; the newest when `before` is null. */
	| {
			readonly type: 'paged';
			readonly chat_id: string;
			readonly before: number | null;
			readonly page: MessagePage;
	  }
	| { readonly type: 'heard'; readonly event: LiveEvent; readonly now: number }
	| {
			readonly type: 'assigned_here';
			readonly chat_id: string;
			readonly assigned_to: Assignee | null;
			readonly assigned_seq: number;
	  }
	| { readonly type: 'read_here'; readonly chat_id: string; readonly upto: number }
	/** These chats could not be fetched: no longer wanted. */
	| { readonly type: 'given_up'; readonly chat_ids: readonly string[] };

/** The chat that is on the screen, fetched anew. */
export interface Open {
	readonly shown: OneChat;
	readonly page: MessagePage;
}
