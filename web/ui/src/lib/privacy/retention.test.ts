import { expect, test } from 'vitest';

import { retentionChoices, retentionInWords } from './retention';

test('whole years are years, and the rest are months', () => {
	const words = [null, 0, 1, 6, 12, 18, 24].map(retentionInWords);
	expect(words).toEqual([
		'As long as is usual here',
		'For ever',
		'1 month',
		'6 months',
		'1 year',
		'18 months',
		'2 years',
	]);
});

test('what somebody else has set is among the choices', () => {
	expect(retentionChoices(null)).toEqual([null, 1, 3, 6, 12, 24, 36, 60, 84, 120, 0]);
	expect(retentionChoices(18)).toEqual([null, 1, 3, 6, 12, 18, 24, 36, 60, 84, 120, 0]);
});
