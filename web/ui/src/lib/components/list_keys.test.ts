import { expect, test } from 'vitest';

import { stepFrom } from './list_keys';

test('keys go on from the focused chat, else from the open one, else from an end, and stay in the list', () => {
	const steps = [
		[stepFrom(4, 8, 1, 10), 5],
		[stepFrom(4, 8, -1, 10), 3],
		[stepFrom(-1, 8, 1, 10), 9],
		[stepFrom(-1, -1, 1, 10), 0],
		[stepFrom(-1, -1, -1, 10), 9],
		[stepFrom(9, -1, 1, 10), 9],
		[stepFrom(0, 5, -1, 10), 0],
		[stepFrom(-1, -1, 1, 0), null],
	];
	for (const [reached, expected] of steps) expect(reached).toBe(expected);
});
