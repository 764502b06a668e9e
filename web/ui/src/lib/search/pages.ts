import type { Right, SignedInTechnician } from '../api/types';
import { tabsFor, type Tab } from '../components/tabs';
import { may } from '../rights/rights';

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
		| '/import'
		| '/tabs'
		| '/system';
	readonly name: string;
}

/** The pages without a tab, and who has anything to do there. */
const WITHOUT_A_TAB: readonly (NamedPage & { readonly right: Right })[] = [
	{ href: '/canned-replies', name: 'Canned replies', right: 'use_chat' },
	{ href: '/policies', name: 'Policies', right: 'manage_policies' },
	{ href: '/technicians', name: 'Technicians', right: 'manage_technicians' },
	{ href: '/security-groups', name: 'Security groups', right: 'manage_technicians' },
	{ href: '/audit-log', name: 'Audit log', right: 'see_audit_log' },
	{ href: '/asset-groups', name: 'Asset groups', right: 'manage_directory' },
	{ href: '/deliveries', name: 'Delivery log', right: 'use_chat' },
	{ href: '/import', name: 'Import', right: 'manage_directory' },
	{ href: '/tabs', name: 'Tabs customization', right: 'operate' },
	{ href: '/system', name: 'System', right: 'operate' },
];

/** The pages that a technician may go to, among them those without a tab. */
export function pagesFor(me: SignedInTechnician): readonly NamedPage[] {
	const others = WITHOUT_A_TAB.filter(({ right }) => may(me.rights, right));
	return [...tabsFor(me, { chat: true }), ...others];
}
