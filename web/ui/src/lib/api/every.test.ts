import { expect, test } from 'vitest';

import { every } from './every';

test('a list is fetched part by part, up to its end', async () => {
	const asked: (string | null)[] = [];
	const all = await every(async (cursor) => {
		asked.push(cursor);
		return cursor === null ? { items: [1, 2], next_cursor: 'more' } : { items: [3], next_cursor: null };
	});
	expect(all).toEqual([1, 2, 3]);
	expect(asked).toEqual([null, 'more']);
});

test('a list without an end is given up some time', async () => {
	expect(await every(async () => ({ items: [1], next_cursor: 'again' }))).toHaveLength(25);
});
