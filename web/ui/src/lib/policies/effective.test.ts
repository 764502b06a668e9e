import { describe, expect, test } from 'vitest';

import { NOTHING_SET, newEntry, type EntryDraft, type PolicyDraft, type Settings } from './draft';
import { aboveEntry, nearest, shownMenu } from './effective';

const chat = (key: string, settings: Partial<Settings> = {}): EntryDraft => ({
	key,
	type: 'live_chat',
	settings: { ...NOTHING_SET, ...settings },
});
const policy = (menu: PolicyDraft['menu'], live_chat: Partial<Settings> = {}): PolicyDraft => ({
	name: 'x',
	menu,
	live_chat: { ...NOTHING_SET, ...live_chat },
});
const titles = (draft: PolicyDraft, global: PolicyDraft | null) =>
	shownMenu(draft, global).map((entry) => (entry.type === 'separator' ? '-' : entry.title));

describe('what a device shows', () => {
	test('comes from the entry, then its policy, then the global one, then what is built in', () => {
		const global = policy(null, { title: 'Global' });
		expect(titles(policy([chat('a', { title: 'Own' }), chat('b')], { title: 'Policy' }), global)).toEqual([
			'Own',
			'Policy',
		]);
		expect(titles(policy([chat('a')]), global)).toEqual(['Global']);
		expect(titles(policy([chat('a')]), null)).toEqual(['Live chat']);
	});

	test('is the global menu where none is set, with the nearer policy’s defaults before its entries', () => {
		const global = policy([chat('a', { title: 'Own' }), newEntry('separator', 's')], { title: 'Global' });
		expect(titles(policy(null), global)).toEqual(['Own', '-']);
		expect(titles(policy(null, { title: 'Policy' }), global)).toEqual(['Policy', '-']);
		expect(titles(policy(null), policy(null))).toEqual(['Live chat']);
	});

	test('leaves out what is off, and an empty menu is empty', () => {
		expect(titles(policy([chat('a', { is_on: false }), chat('b')]), null)).toEqual(['Live chat']);
		expect(titles(policy([chat('a'), chat('b', { is_on: true })], { is_on: false }), null)).toEqual([
			'Live chat',
		]);
		expect(titles(policy([]), policy([chat('a')]))).toEqual([]);
	});
});

test('an inherited setting tells whence it comes', () => {
	const above = aboveEntry(policy([], { unavailable_seconds: 60 }), policy([], { title: 'Global' }));
	expect(nearest('unavailable_seconds', above)).toEqual({ value: 60, from: 'policy' });
	expect(nearest('title', above)).toEqual({ value: 'Global', from: 'global' });
	expect(nearest('is_on', above)).toEqual({ value: true, from: 'built_in' });
});
