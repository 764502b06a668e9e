import { expect, test } from 'vitest';

import { cannedWord, offered } from './replies';

const reply = (shortcut: string, text: string) => ({ canned_reply_id: shortcut, shortcut, text });
const REPLIES = [
	reply('close', 'Shall I close this chat?'),
	reply('disclose', 'We do not pass this on.'),
	reply('hello', 'Hello, how can I help?'),
	reply('reboot', 'Please restart the device, then close all windows.'),
];
const shortcuts = (word: string) => offered(REPLIES, word).map(({ shortcut }) => shortcut);

test('a word is asked for while nothing else is written', () => {
	expect(['/', '/he', '/öl-9'].map(cannedWord)).toEqual(['', 'he', 'öl-9']);
	expect(['', 'a/', '/a b', '/a\n', ' /a', '//', '/etc/hosts'].map(cannedWord)).toEqual(
		Array.from({ length: 7 }, () => null),
	);
});

test('what begins with the word comes first, then what has it in its shortcut, then in its text', () => {
	expect(shortcuts('CLOSE')).toEqual(['close', 'disclose', 'reboot']);
	expect(shortcuts('')).toEqual(['close', 'disclose', 'hello', 'reboot']);
	expect(shortcuts('nothing')).toEqual([]);
	expect(
		offered(
			Array.from({ length: 500 }, (_, index) => reply(`r${index}`, '')),
			'r',
		),
	).toHaveLength(8);
});
