import { describe, expect, test } from 'vitest';

import type { Policy } from '../api/types';
import { NOTHING_SET, draftOf, isSame, moved, newEntry, written } from './draft';

const POLICY: Policy = {
	policy_id: 'p',
	name: 'Tills',
	menu: [
		{ type: 'live_chat', entry_id: 'a', title: 'Help', unavailable_message: '' },
		{ type: 'separator' },
		{ type: 'link', entry_id: 'b', title: 'Status', url: 'https://status.example' },
	],
	live_chat: { assignment: { type: 'nobody' } } as Policy['live_chat'],
};

describe('a policy that is edited', () => {
	test('is told to the server as it came, with nothing for what is inherited', () => {
		expect(written(draftOf(POLICY))).toEqual({
			name: 'Tills',
			menu: [
				{ type: 'live_chat', entry_id: 'a', ...NOTHING_SET, title: 'Help', unavailable_message: '' },
				{ type: 'separator' },
				{ type: 'link', entry_id: 'b', title: 'Status', url: 'https://status.example' },
			],
			live_chat: { ...NOTHING_SET, assignment: { type: 'nobody' } },
		});
	});

	test('is the same again once a change is taken back, and blanks around a name are no change', () => {
		const draft = draftOf(POLICY);
		expect(isSame({ ...draft, name: ' Tills ' }, draft)).toBe(true);
		expect(isSame({ ...draft, menu: null }, draft)).toBe(false);
		expect(isSame({ ...draft, menu: [...(draft.menu ?? [])] }, draft)).toBe(true);
	});

	test('keeps an empty message, which is not an inherited one', () => {
		const draft = draftOf(POLICY);
		const inherited = { ...draft, live_chat: { ...draft.live_chat, unavailable_message: null } };
		const silent = { ...draft, live_chat: { ...draft.live_chat, unavailable_message: '' } };
		expect(isSame(inherited, silent)).toBe(false);
	});
});

describe('moving an entry', () => {
	const entries = ['a', 'b', 'c'].map((key) => newEntry('separator', key));
	const keys = (key: string, place: number) => moved(entries, key, place).map((entry) => entry.key);

	test('puts it where it is told, and never beyond an end', () => {
		expect(keys('a', 1)).toEqual(['b', 'a', 'c']);
		expect(keys('c', 0)).toEqual(['c', 'a', 'b']);
		expect(keys('a', -1)).toEqual(['a', 'b', 'c']);
		expect(keys('b', 9)).toEqual(['a', 'c', 'b']);
		expect(keys('gone', 0)).toEqual(['a', 'b', 'c']);
	});
});
