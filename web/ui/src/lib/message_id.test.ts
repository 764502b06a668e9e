import { expect, test } from 'vitest';

import { MessageIds } from './message_id';

test('an id is a UUIDv7 of the time it was made', () => {
	const ids = new MessageIds(
		() => 0x0123456789ab,
		(bytes) => bytes.fill(0xff),
	);
	expect(ids.next()).toBe('01234567-89ab-7000-bfff-ffffffffffff');
});

test('ids rise, however many are made in one millisecond and wherever the clock goes', () => {
	let now = 1000;
	const ids = new MessageIds(() => now);
	const made: string[] = [];
	for (let count = 0; count < 5000; count += 1) made.push(ids.next());
	now = 500;
	made.push(ids.next());
	now = 2000;
	made.push(ids.next());
	expect(made).toEqual([...new Set(made)].sort());
});
