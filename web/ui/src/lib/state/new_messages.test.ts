import { expect, test } from 'vitest';

import { days } from './entries';
import { ME, listOf, log, pageOf, type Step } from './log.fixture';
import { nothingKnown } from './model';
import { firstNew } from './new_messages';
import { reduce } from './reduce';

/** What is known of a chat after these steps; the fact of step `n` has the sequence `n + 2`. */
function after(...steps: Step[]) {
	const events = log(
		1,
		steps.map((step) => [0, step] as const),
	);
	const list = listOf(events, events.length);
	const started = reduce(nothingKnown(ME), { type: 'restarted', list, open: null });
	const page = pageOf(events, 'c0', events.length);
	return reduce(started, { type: 'paged', chat_id: 'c0', before: null, page });
}

test('the line goes above the first message of the client that was not read, if anything is above it', () => {
	const line = (read_upto: number, ...steps: Step[]) => {
		const conversation = after(...steps).conversations.get('c0');
		return conversation && firstNew(conversation, read_upto);
	};
	expect(line(2, 'client', 'client', 'client')).toBe('m3');
	expect(line(2, 'client', 'me', 'client')).toBe('m4');
	expect(line(4, 'client', 'me', 'client')).toBeNull();
	expect(line(2, 'client', 'me', 'other', 'note', 'system')).toBeNull();
	expect(line(0, 'client', 'client')).toBeNull();
});

test('how far a technician read comes with the page, from other tabs, and from here', () => {
	const known = (state: ReturnType<typeof after>) => state.conversations.get('c0')?.read_upto;
	expect(known(after('client', 'read', 'client'))).toBe(2);
	const state = after('client', 'client');
	expect(known(state)).toBe(0);
	expect(known(reduce(state, { type: 'read_here', chat_id: 'c0', upto: 3 }))).toBe(3);
	const read = log(1, [
		[0, 'client'],
		[0, 'client'],
		[0, 'read'],
	]).at(-1);
	if (read) expect(known(reduce(state, { type: 'heard', event: read, now: 0 }))).toBe(3);
});

test('a person’s messages stand apart at the line', () => {
	const groups = days(after('client', 'client', 'client'), 'c0', [], 'm3').flatMap((day) => day.groups);
	expect(groups.map(({ entries, is_new }) => [entries.length, is_new])).toEqual([
		[1, false],
		[2, true],
	]);
});
