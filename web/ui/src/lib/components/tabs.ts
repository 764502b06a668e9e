import type { OptionalTabs, SignedInTechnician } from '../api/types';
import { may } from '../rights/rights';
import { texts } from '../texts/texts';

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
	'/security-groups',
	'/audit-log',
	'/asset-groups',
	'/canned-replies',
	'/deliveries',
	'/enrolment-keys',
	'/system',
	'/import',
	'/tabs',
];

/** Who has anything to do there. */
const ADMINISTERING = ['manage_policies', 'manage_technicians', 'see_audit_log', 'operate'] as const;

/** Whether a tab is the one of a page. */
export function isTabOf({ href, beside = [] }: Tab, pathname: string): boolean {
	return [href, ...beside].some((place) => pathname === place || pathname.startsWith(`${place}/`));
}

/** The tabs that a technician has. Chat can be without one: the bubble leads there all the same. */
export function tabsFor(me: SignedInTechnician, optional: OptionalTabs): readonly Tab[] {
	const chat: Tab[] =
		may(me.rights, 'use_chat') && optional.chat ? [{ href: '/chats', name: texts.chats.pages.chat }] : [];
	const notifications: Tab[] = may(me.rights, 'use_chat')
		? [{ href: '/notifications', name: texts.chats.pages.notifications }]
		: [];
	const administers = ADMINISTERING.some((right) => may(me.rights, right));
	const admin: Tab[] = administers
		? [{ href: '/admin', name: texts.chats.pages.admin, beside: ADMINISTRATION }]
		: [];
	return [
		{ href: '/customers', name: texts.chats.pages.customers },
		{ href: '/contacts', name: texts.chats.pages.contacts },
		{ href: '/assets', name: texts.chats.pages.assets },
		{ href: '/tickets', name: texts.chats.pages.tickets },
		...chat,
		...notifications,
		...admin,
	];
}
