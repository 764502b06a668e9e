import type { SignedInTechnician } from '../api/types';

/** A tab across the top. */
export interface Tab {
	readonly href: '/chats' | '/notifications' | '/admin';
	readonly name: string;
}

/** The tabs that a technician has. */
export function tabsFor(me: SignedInTechnician): readonly Tab[] {
	const chat: Tab[] = me.can_chat
		? [
				{ href: '/chats', name: 'Chat' },
				{ href: '/notifications', name: 'Notifications' },
			]
		: [];
	const admin: Tab[] = me.is_admin ? [{ href: '/admin', name: 'Admin' }] : [];
	return [...chat, ...admin];
}
