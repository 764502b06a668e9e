import { expect, test } from 'vitest';

import { MAX_BYTES, measure } from './limit';

test('a text is measured in bytes, up to the limit and no further', () => {
	const longest = 'é'.repeat(MAX_BYTES / 2);
	expect(measure(longest)).toEqual({ bytes: MAX_BYTES, problem: null, near: true });
	expect(measure(`${longest}a`).problem).toBe(
		'Too long by 1 byte. A message may have 16 KiB; send it in parts.',
	);
	expect(measure('👩‍👩‍👧‍👦')).toEqual({ bytes: 25, problem: null, near: false });
});

test('a NUL is refused', () => {
	expect(measure('a\0b').problem).toContain('NUL');
});
