import type { OptionalTabs, SignedInTechnician } from '../api/types';

/** A tab across the top. */
export interface Tab {
	readonly href: '/chats' | '/customers' | '/contacts' | '/assets' | '/tickets' | '/notifications' | '/admin';
	readonly name: string;
	/** Where the pages begin that belong to it and are elsewhere. */
	readonly beside?: readonly string[];
}

/** The pages of administration. */
const ADMINISTRATION = [
	'/policies',
	'/technicians',
	'/asset-groups',
	'/canned-replies',
	'/deliveries',
	'/system',
	'/import',
	'/tabs',
];

/** Whether a tab is the one of a page. */
export function isTabOf({ href, beside = [] }: Tab, pathname: string): boolean {
	return [href, ...beside].some((place) => pathname === place || pathname.startsWith(`${place}/`));
}

/** The tabs that a technician has. Chat can be without one: the bubble leads there all the same. */
export function tabsFor(me: SignedInTechnician, optional: OptionalTabs): readonly Tab[] {
	const chat: Tab[] = me.can_chat && optional.chat ? [{ href: '/chats', name: 'Chat' }] : [];
	const notifications: Tab[] = me.can_chat ? [{ href: '/notifications', name: 'Notifications' }] : [];
	const admin: Tab[] = me.is_admin ? [{ href: '/admin', name: 'Admin', beside: ADMINISTRATION }] : [];
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
