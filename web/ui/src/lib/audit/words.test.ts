import { expect, test } from 'vitest';

import { actionInWords, detailsInWords } from './words';

test('what is not known is shown by its own word', () => {
	expect(actionInWords('chat.closed')).toBe('Closed a chat');
	expect(actionInWords('moon.landed')).toBe('moon.landed');
});

test('details are one line, without what is empty', () => {
	const details = { name: 'Tom', is_disabled: null, security_group_ids: ['g'] };
	expect(detailsInWords(details)).toBe('name: Tom; security group ids: ["g"]');
});
