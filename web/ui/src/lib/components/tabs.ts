import type { OptionalTabs, SignedInTechnician } from '../api/types';

/** A tab across the top. */
export interface Tab {
	readonly href: '/chats' | '/customers' | '/contacts' | '/assets' | '/tickets' | '/notifications' | '/admin';
	readonly name: string;
}

/** The tabs that a technician has. Chat can be without one: the bubble leads there all the same. */
export function tabsFor(me: SignedInTechnician, optional: OptionalTabs): readonly Tab[] {
	const chat: Tab[] = me.can_chat && optional.chat ? [{ href: '/chats', name: 'Chat' }] : [];
	const notifications: Tab[] = me.can_chat ? [{ href: '/notifications', name: 'Notifications' }] : [];
	const admin: Tab[] = me.is_admin ? [{ href: '/admin', name: 'Admin' }] : [];
	return [
		{ href: '/customers', name: 'Customers' },
		{ href: '/contacts', name: 'Contacts' },
		{ href: '/assets', name: 'Assets' },
		{ href: '/tickets', name: 'Tickets' },
		...chat,
		...notifications,
		...admin,
	];
}
