import type { About } from '../attention/pings';
import { texts } from '../texts/texts';
import type { ConsoleState } from './model';

/** What to say about a chat in which something is new. What was written stays out: others may see the screen. */
export function pingWords(state: ConsoleState, chat_id: string): About {
	const row = state.chats.get(chat_id)?.row;
	if (!row) return texts.chats.ping.unknown;
	const who = row.contact?.name ?? row.asset.name;
	const text = row.assigned_to ? texts.chats.ping.yours : texts.chats.ping.nobodys;
	return { title: texts.chats.ping.title(who, row.customer.name), text };
}
