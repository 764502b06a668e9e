import { expect, test } from 'vitest';

import type { Right } from '../api/types';
import { isTabOf, tabsFor } from './tabs';

const me = (...rights: Right[]) => ({
	technician_id: 't',
	name: 'T',
	email: 't@x',
	rights,
	lacks_second_factor: false,
});

test.each([
	[
		['operate', 'use_chat'],
		true,
		['Customers', 'Contacts', 'Assets', 'Tickets', 'Chat', 'Notifications', 'Admin'],
	],
	[['use_chat'], true, ['Customers', 'Contacts', 'Assets', 'Tickets', 'Chat', 'Notifications']],
	[['use_chat'], false, ['Customers', 'Contacts', 'Assets', 'Tickets', 'Notifications']],
	[['reply'], true, ['Customers', 'Contacts', 'Assets', 'Tickets']],
] as const)('who may %s, tab Chat %s', (rights, chat, names) => {
	expect(tabsFor(me(...rights), { chat }).map((tab) => tab.name)).toEqual(names);
});

test('one tab at most is the one of a page', () => {
	const tabs = tabsFor(me('operate', 'use_chat'), { chat: true });
	const named = (pathname: string) => tabs.filter((tab) => isTabOf(tab, pathname)).map((tab) => tab.name);
	expect(named('/policies/1')).toEqual(['Admin']);
	expect(named('/chats')).toEqual(['Chat']);
	expect(named('/assets/1')).toEqual(['Assets']);
	expect(named('/asset-groups')).toEqual(['Admin']);
	expect(named('/elsewhere')).toEqual([]);
});
