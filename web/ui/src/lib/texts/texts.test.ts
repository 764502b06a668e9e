import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';

const SOURCES = join(import.meta.dirname, '../..');
const LETTERS = /\p{Letter}{2}/u;

/** Attributes and properties whose words somebody sees or hears. */
const SHOWN = new Set([
	'alt',
	'aria-description',
	'aria-label',
	'aria-roledescription',
	'explanation',
	'hint',
	'label',
	'no',
	'placeholder',
	'text',
	'title',
	'yes',
]);

interface Node {
	type?: string;
	name?: string;
	data?: string;
	value?: unknown;
	[key: string]: unknown;
}

/** The words that stand in a component itself. */
function words(node: unknown, found: string[] = []): string[] {
	if (Array.isArray(node)) for (const each of node) words(each, found);
	else if (node !== null && typeof node === 'object') {
		const { type, name, data, value } = node as Node;
		if (type === 'Text' && LETTERS.test(data ?? '')) found.push((data ?? '').trim());
		else if (type === 'Attribute') {
			if (SHOWN.has(name ?? '')) words(value, found);
			else for (const each of [value].flat()) if ((each as Node)?.type !== 'Text') words(each, found);
		} else for (const [key, each] of Object.entries(node)) if (key !== 'parent') words(each, found);
	}
	return found;
}

test.each(
	readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.svelte')),
)('%s takes its words from the texts', (file) => {
	const { fragment } = parse(readFileSync(join(SOURCES, file), 'utf8'), { modern: true });
	expect(words(fragment)).toEqual([]);
});
