import { expect, test } from 'vitest';

import { Drafts, MOST_DRAFTS } from './drafts';
import { Forgetful } from './kept';

test('a draft is kept per chat and technician, across a reload, byte for byte', () => {
	const kept = new Forgetful();
	const text = ' half a \n\u202esentence 👩‍👩‍👧‍👦 ';
	new Drafts(kept, 'ann').keep('c1', text);
	const reloaded = new Drafts(kept, 'ann');
	expect([reloaded.of('c1'), reloaded.of('c2'), new Drafts(kept, 'bob').of('c1')]).toEqual([text, '', '']);
});

test('an empty draft is none, and signing out leaves none', () => {
	const kept = new Forgetful();
	const drafts = new Drafts(kept, 'ann');
	drafts.keep('c1', 'x');
	drafts.keep('c1', '');
	expect(kept.length).toBe(0);
	drafts.keep('c1', 'x');
	new Drafts(kept, 'bob').keep('c1', 'y');
	drafts.clear();
	expect([drafts.of('c1'), new Drafts(kept, 'bob').of('c1')]).toEqual(['', 'y']);
});

test('the oldest draft makes room for the newest', () => {
	let now = 0;
	const drafts = new Drafts(new Forgetful(), 'ann', () => (now += 1));
	for (let chat = 0; chat <= MOST_DRAFTS; chat += 1) drafts.keep(`c${chat}`, 'x');
	expect([drafts.of('c0'), drafts.of('c1'), drafts.of(`c${MOST_DRAFTS}`)]).toEqual(['', 'x', 'x']);
});

test('what is not a draft is none, and a full storage does no harm', () => {
	const kept = new Forgetful();
	kept.setItem('trayline.draft.ann.c1', '{"text":7}');
	kept.setItem('trayline.draft.ann.c2', 'nonsense');
	const drafts = new Drafts(kept, 'ann');
	expect([drafts.of('c1'), drafts.of('c2')]).toEqual(['', '']);
	kept.setItem = () => {
		throw new Error('full');
	};
	drafts.keep('c3', 'x');
	expect(drafts.of('c3')).toBe('');
});
