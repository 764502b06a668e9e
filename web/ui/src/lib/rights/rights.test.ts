import { expect, test } from 'vitest';

import { RIGHTS, may, rightsInWords } from './rights';

test('rights about chats are worth nothing without chat', () => {
	expect(may(['reply'], 'reply')).toBe(false);
	expect(may(['reply', 'use_chat'], 'reply')).toBe(true);
	expect(may(['operate'], 'operate')).toBe(true);
	expect(may(['use_chat'], 'operate')).toBe(false);
});

test('a set of rights is named in the order in which they are listed', () => {
	expect(rightsInWords(['operate', 'reply'])).toBe('Reply, Operate');
	expect(rightsInWords([])).toBe('Nothing');
	expect(rightsInWords(RIGHTS.flatMap((group) => group.rights.map(({ right }) => right)))).toBe('Everything');
});
