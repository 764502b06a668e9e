import { expect, test } from 'vitest';

import { Problem } from '../api/problem';
import { policyRefusal } from './words';

const refused = (detail: string) =>
	policyRefusal(new Problem(400, { type: '/problems/malformed', title: 'Malformed request', detail }));
const NOT_TAKEN = 'Failed to deserialize the JSON body into the target type: ';

test('a refusal says which entry is meant, in words for people', () => {
	expect(refused(`${NOT_TAKEN}menu[1]: the text is empty at line 1 column 115`)).toBe(
		'The server does not take this. Entry 2: the text is empty.',
	);
	expect(
		refused(
			`${NOT_TAKEN}live_chat.unavailable_seconds: unavailable_seconds must be from 1 to 86400 at line 1 column 49`,
		),
	).toBe(
		'The server does not take this. Defaults of Live Chat entries: the unavailable delay must be from 1 to 86400.',
	);
	expect(refused('a link must begin with http:// or https://')).toBe(
		'A link must begin with http:// or https://.',
	);
});
