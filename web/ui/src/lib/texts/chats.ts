import { conversation } from './chats/conversation';
import { frame } from './chats/frame';
import { modules } from './chats/modules';

/** What the chat console and the frame around every page say. */
export const chats = {
	title: 'Chats',
	startAChat: 'Start a chat',
	startChat: 'Start chat',
	toTheChats: 'To the chats',
	noContact: 'No contact',
	theClient: 'The client',
	unread: 'Unread:',
	you: 'You',
	...conversation,
	...frame,
	...modules,
};
