import { expect, test } from 'vitest';

import { isTabOf, tabsFor } from './tabs';

const me = (is_admin: boolean, can_chat: boolean) => ({
	technician_id: 't',
	name: 'T',
	email: 't@x',
	is_admin,
	can_chat,
});

test.each([
	[true, true, true, ['Customers', 'Contacts', 'Assets', 'Tickets', 'Chat', 'Notifications', 'Admin']],
	[false, true, true, ['Customers', 'Contacts', 'Assets', 'Tickets', 'Chat', 'Notifications']],
	[false, true, false, ['Customers', 'Contacts', 'Assets', 'Tickets', 'Notifications']],
	[false, false, true, ['Customers', 'Contacts', 'Assets', 'Tickets']],
])('administrator %s, chats %s, tab Chat %s', (is_admin, can_chat, chat, names) => {
	expect(tabsFor(me(is_admin, can_chat), { chat }).map((tab) => tab.name)).toEqual(names);
});

test('one tab at most is the one of a page', () => {
	const tabs = tabsFor(me(true, true), { chat: true });
	const named = (pathname: string) => tabs.filter((tab) => isTabOf(tab, pathname)).map((tab) => tab.name);
	expect(named('/policies/1')).toEqual(['Admin']);
	expect(named('/chats')).toEqual(['Chat']);
	expect(named('/assets/1')).toEqual(['Assets']);
	expect(named('/asset-groups')).toEqual(['Admin']);
	expect(named('/elsewhere')).toEqual([]);
});
