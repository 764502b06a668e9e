import type { SignedInTechnician } from '../api/types';
import { tabsFor, type Tab } from '../components/tabs';

/** A page that can be reached by its name. */
export interface NamedPage {
	readonly href:
		| Tab['href']
		| '/canned-replies'
		| '/policies'
		| '/technicians'
		| '/asset-groups'
		| '/deliveries'
		| '/import'
		| '/tabs'
		| '/system';
	readonly name: string;
}

/** The pages that a technician may go to, among them those without a tab. */
export function pagesFor(me: SignedInTechnician): readonly NamedPage[] {
	const chatting: NamedPage[] = me.can_chat ? [{ href: '/canned-replies', name: 'Canned replies' }] : [];
	const admin: NamedPage[] = me.is_admin
		? [
				{ href: '/policies', name: 'Policies' },
				{ href: '/technicians', name: 'Technicians' },
				{ href: '/asset-groups', name: 'Asset groups' },
				{ href: '/deliveries', name: 'Delivery log' },
				{ href: '/import', name: 'Import' },
				{ href: '/tabs', name: 'Tabs customization' },
				{ href: '/system', name: 'System' },
			]
		: [];
	return [...tabsFor(me, { chat: true }), ...chatting, ...admin];
}
