import type { Conversation } from './model';

/**
 * The first message of the client after what a technician had read: above it goes the line. Null when there is none, and
 * when there is nothing above it.
 */
export function firstNew(conversation: Conversation, read_upto: number): string | null {
	const { messages, more } = conversation;
	const place = messages.findIndex((message) => message.kind === 'client' && message.seq > read_upto);
	if (place === -1 || (place === 0 && !more)) return null;
	return messages[place]?.message_id ?? null;
}
