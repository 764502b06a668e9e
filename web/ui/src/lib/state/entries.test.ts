import { expect, test } from 'vitest';

import type { Pending } from '../outbox';
import { days } from './entries';
import { ME, listOf, log, pageOf } from './log.fixture';
import { nothingKnown } from './model';
import { reduce } from './reduce';

const pending = (message_id: string, seq: number | null, refused: string | null = null): Pending => ({
	message_id,
	chat_id: 'c0',
	text: message_id,
	note: false,
	written_at: '2026-01-01T00:00:30Z',
	seq,
	refused,
});

function state(...steps: Parameters<typeof log>[1][number][1][]) {
	const events = log(
		1,
		steps.map((step) => [0, step] as const),
	);
	const started = reduce(nothingKnown(ME), {
		type: 'restarted',
		list: listOf(events, events.length),
		open: null,
	});
	return reduce(started, {
		type: 'paged',
		chat_id: 'c0',
		before: null,
		page: pageOf(events, 'c0', events.length),
	});
}

test('messages are grouped by person, and system messages and notes stand apart', () => {
	const groups = days(
		state('client', 'client', 'me', 'me', 'other', 'note', 'system', 'client'),
		'c0',
		[],
	).flatMap((day) => day.groups);
	expect(groups.map(({ side, name, entries }) => [side, name, entries.length])).toEqual([
		['client', 'ann', 2],
		['me', 'You', 2],
		['technician', 'tech-other', 1],
		['note', 'tech-other', 1],
		['system', 'Automatic message', 1],
		['client', 'ann', 1],
	]);
});

test('what is on its way comes last and only once', () => {
	const waiting = [
		pending('m2', 2),
		pending('p1', null),
		pending('p2', 9),
		pending('p3', null, 'The chat is closed.'),
	];
	const entries = days(state('me'), 'c0', waiting).flatMap((day) =>
		day.groups.flatMap((group) => group.entries),
	);
	expect(entries.map(({ message_id, delivery }) => [message_id, delivery])).toEqual([
		['m2', 'stored'],
		['p1', 'sending'],
		['p2', 'sent'],
		['p3', 'refused'],
	]);
});

test('a message after the close is late', () => {
	const [day] = days(state('client', 'close', 'client'), 'c0', []);
	expect(day?.groups[0]?.entries.map((entry) => entry.late)).toEqual([false, true]);
});

test('days have keys of their own even where a clock was set back', () => {
	const back = { ...pending('p1', null), written_at: '2025-12-30T12:00:00Z' };
	const again = { ...pending('p2', null), written_at: '2026-01-01T12:00:00Z' };
	const shown = days(state('me'), 'c0', [back, again]);
	expect(shown.map((day) => day.groups.length)).toEqual([1, 1, 1]);
	expect(new Set(shown.map((day) => day.key)).size).toBe(3);
});
