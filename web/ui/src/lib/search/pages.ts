import type { Right, SignedInTechnician } from '../api/types';
import { tabsFor, type Tab } from '../components/tabs';
import { may } from '../rights/rights';
import { texts } from '../texts/texts';

/** A page that can be reached by its name. */
export interface NamedPage {
	readonly href:
		| Tab['href']
		| '/canned-replies'
		| '/policies'
		| '/technicians'
		| '/security-groups'
		| '/audit-log'
		| '/asset-groups'
		| '/deliveries'
		| '/enrolment-keys'
		| '/import'
		| '/tabs'
		| '/system';
	readonly name: string;
}

/** The pages without a tab, and who has anything to do there. */
const WITHOUT_A_TAB: readonly (NamedPage & { readonly right: Right })[] = [
	{ href: '/canned-replies', name: texts.chats.pages.cannedReplies, right: 'use_chat' },
	{ href: '/policies', name: texts.chats.pages.policies, right: 'manage_policies' },
	{ href: '/technicians', name: texts.chats.pages.technicians, right: 'manage_technicians' },
	{ href: '/security-groups', name: texts.chats.pages.securityGroups, right: 'manage_technicians' },
	{ href: '/audit-log', name: texts.chats.pages.auditLog, right: 'see_audit_log' },
	{ href: '/asset-groups', name: texts.chats.pages.assetGroups, right: 'manage_directory' },
	{ href: '/deliveries', name: texts.chats.pages.deliveries, right: 'use_chat' },
	{ href: '/enrolment-keys', name: texts.chats.pages.enrolmentKeys, right: 'operate' },
	{ href: '/import', name: texts.chats.pages.import, right: 'manage_directory' },
	{ href: '/tabs', name: texts.chats.pages.tabs, right: 'operate' },
	{ href: '/system', name: texts.chats.pages.system, right: 'operate' },
];

/** The pages that a technician may go to, among them those without a tab. */
export function pagesFor(me: SignedInTechnician): readonly NamedPage[] {
	const others = WITHOUT_A_TAB.filter(({ right }) => may(me.rights, right));
	return [...tabsFor(me, { chat: true }), ...others];
}
