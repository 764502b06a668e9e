import raw from 'emojibase-data/en/compact.json';
import { expect, test } from 'vitest';

import { byGroup, found, step, type EmojiGroup } from './emojis';

test('every emoji that is written alone is there, once', () => {
	const texts = byGroup(raw).flatMap(({ emojis }) => emojis.map(({ text }) => text));
	expect(texts.length).toBeGreaterThan(1800);
	expect(new Set(texts).size).toBe(texts.length);
	expect(texts[0]).toBe('😀');
});

test('an emoji is found by words of its name and by how its tags begin', () => {
	const texts = (typed: string) =>
		found(byGroup(raw), typed).flatMap(({ emojis }) => emojis.map(({ text }) => text));
	expect(texts('octopus')).toEqual(['🐙']);
	expect(texts('  THUMBS up ')).toContain('👍️');
	expect(texts('ocean octo')).toEqual(['🐙']);
	expect(texts('nothing is called this')).toEqual([]);
	expect(found(byGroup(raw), 'octopus').map(({ name }) => name)).toEqual(['Animals and nature']);
});

test('arrow keys go by rows and columns, across groups, and stop at the ends', () => {
	const group = (name: string, count: number): EmojiGroup => ({
		name,
		emojis: Array.from({ length: count }, (_, place) => ({
			text: `${name}${place}`,
			name: `${name}${place}`,
			tags: [],
		})),
	});
	// Rows of three: 0 1 2, 3 4 | 5 | 6 7 8.
	const groups = [group('a', 5), group('b', 1), group('c', 3)];
	const steps = [
		[step(groups, 3, 1, 'ArrowDown'), 4],
		[step(groups, 3, 2, 'ArrowDown'), 4],
		[step(groups, 3, 4, 'ArrowDown'), 5],
		[step(groups, 3, 5, 'ArrowDown'), 6],
		[step(groups, 3, 7, 'ArrowDown'), 7],
		[step(groups, 3, 8, 'ArrowUp'), 5],
		[step(groups, 3, 1, 'ArrowUp'), 1],
		[step(groups, 3, 4, 'ArrowRight'), 5],
		[step(groups, 3, 8, 'ArrowRight'), 8],
		[step(groups, 3, 0, 'ArrowLeft'), 0],
		[step([], 3, 0, 'ArrowRight'), 0],
		[step([], 3, 0, 'ArrowDown'), 0],
	];
	for (const [reached, expected] of steps) expect(reached).toBe(expected);
});
