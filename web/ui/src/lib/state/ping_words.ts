import type { About } from '../attention/pings';
import type { ConsoleState } from './model';

/** What to say about a chat in which something is new. What was written stays out: others may see the screen. */
export function pingWords(state: ConsoleState, chat_id: string): About {
	const row = state.chats.get(chat_id)?.row;
	if (!row) return { title: 'New message', text: 'A client has written.' };
	const who = row.contact?.name ?? row.asset.name;
	const text = row.assigned_to ? 'A new message in your chat' : 'A chat that nobody has yet';
	return { title: `${who} (${row.customer.name})`, text };
}
