import type { SignedInTechnician } from '../api/types';

/** A tab across the top. */
export interface Tab {
	readonly href: '/chats' | '/notifications' | '/deliveries' | '/system';
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
	const admin: Tab[] = me.is_admin ? [{ href: '/system', name: 'System' }] : [];
	return [...chat, { href: '/deliveries', name: 'Delivery log' }, ...admin];
}
