import fc from 'fast-check';
import { expect, test } from 'vitest';

import { segments } from './links';

const links = (text: string) => segments(text).flatMap((segment) => segment.href ?? []);

test('an address becomes a link without the punctuation of its sentence', () => {
	expect(segments('see https://example.com/a?b=1, or (http://example.org/x_(y)).')).toEqual([
		{ text: 'see ', href: null },
		{ text: 'https://example.com/a?b=1', href: 'https://example.com/a?b=1' },
		{ text: ', or (', href: null },
		{ text: 'http://example.org/x_(y)', href: 'http://example.org/x_(y)' },
		{ text: ').', href: null },
	]);
});

test('nothing but http and https is a link', () => {
	for (const text of [
		'javascript:alert(1)',
		'data:text/html,hi',
		'ftp://example.com',
		'file:///etc/passwd',
		'https://',
		'xhttps://example.com',
	]) {
		expect(links(text), text).toEqual([]);
	}
	expect(links('javascript:https://example.com')).toEqual(['https://example.com/']);
});

test('a control of writing direction does not hide inside a link', () => {
	expect(links('https://example.com/\u202egpj.exe')).toEqual(['https://example.com/']);
});

test('the segments of any text are the text', () => {
	const piece = fc.oneof(
		fc.string({ unit: 'binary' }),
		fc.constantFrom('https://', 'http://a.b', ' ', '.', ')', '\n', '👩‍👩‍👧‍👦'),
	);
	fc.assert(
		fc.property(fc.array(piece), (pieces) => {
			const text = pieces.join('');
			expect(
				segments(text)
					.map((segment) => segment.text)
					.join(''),
			).toBe(text);
		}),
	);
});
