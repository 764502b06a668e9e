import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { FactEvent } from '../api/types';
import type { Action } from './action';
import { ME, STEPS, listOf, log, pageOf, rowOf, type Step } from './log.fixture';
import { RECENT_FACTS, nothingKnown, type ConsoleState } from './model';
import { reduce } from './reduce';
import { allKnown, counts, delivery, isLate, listedChats } from './select';

const CHATS = 3;
const heard = (event: FactEvent): Action => ({ type: 'heard', event, now: 0 });
const all = (state: ConsoleState, actions: Action[]) => actions.reduce(reduce, state);
const started = (events: FactEvent[], upto = events.length) =>
	reduce(nothingKnown(ME), { type: 'restarted', list: listOf(events, upto), open: null });
const steps = (...names: Step[]) => names.map((name) => [0, name] as const);

/** What people see: rows, messages with their marks, how far the client read. */
function seen(state: ConsoleState, chat_ids: readonly string[]) {
	return chat_ids.map((chat_id) => {
		const chat = state.chats.get(chat_id);
		const conversation = state.conversations.get(chat_id);
		return {
			row: chat?.row,
			read: [conversation?.client_read_upto, conversation?.read_upto],
			messages: conversation?.messages.map(({ stored: _, ...message }) => ({
				...message,
				late: isLate({ ...message, stored: true }, chat),
			})),
		};
	});
}

test('whatever the interleaving of snapshots and facts, the end is what a fresh browser sees', () => {
	const step = fc.tuple(fc.nat(CHATS - 1), fc.constantFrom(...STEPS));
	const moment = fc.record({
		/** How many facts the socket tells next, after going back so far. */
		on: fc.nat(6),
		back: fc.nat(4),
		/** A snapshot that promises what was stored so long ago, and holds so much more. */
		behind: fc.nat(8),
		beyond: fc.nat(8),
		what: fc.constantFrom('list' as const, 'chat' as const, 'page' as const, 'nothing' as const),
		chat: fc.nat(CHATS - 1),
	});
	fc.assert(
		fc.property(
			fc.array(step, { maxLength: 30 }),
			fc.array(moment, { maxLength: 20 }),
			fc.nat(33),
			(made, moments, start) => {
				const events = log(CHATS, made);
				const chat_ids = [...Array(CHATS).keys()].map((chat) => `c${chat}`);
				const from = Math.max(CHATS, Math.min(start, events.length));
				let state = started(events.slice(0, from));
				for (const chat_id of chat_ids) {
					// Chats that were closed by then are in no list.
					const shown = { chat: rowOf(events.slice(0, from), chat_id), upto: from };
					state = all(state, [
						{ type: 'shown', shown },
						{ type: 'paged', chat_id, before: null, page: pageOf(events.slice(0, from), chat_id, from) },
					]);
				}
				let told = from;
				for (const { on, back, behind, beyond, what, chat } of moments) {
					const next = Math.min(events.length, told + on);
					for (const event of events.slice(Math.max(0, told - back), next))
						state = reduce(state, heard(event));
					told = next;
					const upto = Math.max(CHATS, told - behind);
					const held = events.slice(0, Math.min(events.length, upto + beyond));
					const chat_id = `c${chat}`;
					if (what === 'list')
						state = reduce(state, {
							type: 'listed',
							filter: 'all',
							search: '',
							cursor: null,
							list: listOf(held, upto),
						});
					if (what === 'chat')
						state = reduce(state, { type: 'shown', shown: { chat: rowOf(held, chat_id), upto } });
					if (what === 'page')
						state = reduce(state, {
							type: 'paged',
							chat_id,
							before: null,
							page: pageOf(held, chat_id, upto),
						});
				}
				state = all(state, events.slice(told).map(heard));

				const expected = chat_ids.map((chat_id) => {
					const page = pageOf(events, chat_id, events.length);
					const read = [page.client_read_upto, page.read_upto];
					return { row: rowOf(events, chat_id), read, messages: page.messages };
				});
				expect(seen(state, chat_ids)).toEqual(expected);
			},
		),
		{ numRuns: 500 },
	);
});

test('a fact that repeats changes nothing at all', () => {
	const events = log(1, steps('client', 'take', 'me', 'close'));
	const state = all(started(events.slice(0, 1)), events.map(heard));
	for (const event of events) expect(reduce(state, heard(event))).toBe(state);
});

test('a chat begins by its fact alone when the fact says whose it is, and is wanted otherwise', () => {
	const events = log(2, [[1, 'client']]);
	const [first, second, said] = events as [FactEvent, FactEvent, FactEvent];
	const empty = reduce(nothingKnown(ME), { type: 'restarted', list: listOf([], 0), open: null });
	const nameless: FactEvent = { ...second, chat: null };
	const state = all(empty, [first, nameless, said].map(heard));

	expect(state.chats.get('c0')?.row).toEqual(rowOf(events, 'c0'));
	expect([...state.wanted]).toEqual(['c1']);
	expect(allKnown(state)).toBe(false);

	const found = reduce(state, { type: 'shown', shown: { chat: rowOf([first, second], 'c1'), upto: 2 } });
	expect(found.wanted.size).toBe(0);
	expect(found.chats.get('c1')?.row).toEqual(rowOf(events, 'c1'));
});

test('a snapshot from before what is remembered is shown, and still wanted', () => {
	const many = Array.from({ length: RECENT_FACTS + 5 }, () => [0, 'client'] as const);
	const events = log(2, [...many, [1, 'client']]);
	const unnamed = events.map((event) => ({ ...event, chat: null }));
	const empty = reduce(nothingKnown(ME), { type: 'restarted', list: listOf([], 0), open: null });
	const state = all(empty, unnamed.map(heard));
	expect(state.recent.length).toBe(RECENT_FACTS);

	const old = reduce(state, { type: 'shown', shown: { chat: rowOf(events.slice(0, 2), 'c1'), upto: 2 } });
	expect([old.chats.has('c1'), old.wanted.has('c1')]).toEqual([true, true]);
	const near = reduce(state, {
		type: 'shown',
		shown: { chat: rowOf(events.slice(0, 2004), 'c1'), upto: 2004 },
	});
	expect(near.wanted.has('c1')).toBe(false);
});

test('counts follow the facts, and a closed chat leaves the list', () => {
	const events = log(2, [
		[0, 'client'],
		[0, 'take'],
		[1, 'close'],
	]);
	const state = all(started(events.slice(0, 2)), events.map(heard));
	expect(counts(state)).toEqual({ all: 1, mine: 1, mine_unread: 1, unassigned: 0 });
	expect(listedChats(state, 'all').map((chat) => chat.row.chat_id)).toEqual(['c0']);
	expect(counts(reduce(state, { type: 'read_here', chat_id: 'c0', upto: 4 }))?.mine_unread).toBe(0);
});

test('a search keeps the order of the server and goes on page by page', () => {
	const events = log(3, [[0, 'client']]);
	const page = (chat_ids: string[], next_cursor: string | null) => ({
		...listOf(events, 4),
		chats: chat_ids.map((chat_id) => rowOf(events, chat_id)),
		next_cursor,
	});
	const state = all(started(events), [
		{ type: 'listed', filter: 'all', search: 'x', cursor: null, list: page(['c2'], 'next') },
		{ type: 'listed', filter: 'all', search: 'x', cursor: 'next', list: page(['c0', 'c2'], null) },
	]);
	expect(listedChats(state, 'all').map((chat) => chat.row.chat_id)).toEqual(['c2', 'c0']);
	expect(listedChats(reduce(state, { type: 'search_left' }), 'all').map((chat) => chat.row.chat_id)).toEqual([
		'c0',
		'c2',
		'c1',
	]);
});

test('a message is sent, then stored by its receipt or a snapshot, then delivered, shown and read', () => {
	const events = log(1, steps('me', 'client_read'));
	const [opened, said, read] = events as [FactEvent, FactEvent, FactEvent];
	let state = all(started([opened]), [
		{ type: 'paged', chat_id: 'c0', before: null, page: pageOf([opened], 'c0', 1) },
		heard(said),
	]);
	const how = (after: ConsoleState) => {
		const conversation = after.conversations.get('c0');
		const message = conversation?.messages[0];
		return message && delivery(after, message, conversation.client_read_upto, after.reached.get('c0'));
	};
	expect(how(state)).toBe('sent');
	const receipt = { message_id: 'm2', seq: 2, at: said.at };
	state = reduce(state, {
		type: 'heard',
		now: 0,
		event: { type: 'stored', asset_id: 'a0', chat_id: 'c0', messages: [receipt] },
	});
	expect(how(state)).toBe('stored');
	for (const [delivered_upto, shown_upto, expected] of [
		[1, 1, 'stored'],
		[2, 1, 'delivered'],
		[3, 2, 'shown'],
	] as const) {
		const reached = { type: 'reached', asset_id: 'a0', chat_id: 'c0', delivered_upto, shown_upto } as const;
		state = reduce(state, { type: 'heard', now: 0, event: reached });
		expect(how(state)).toBe(expected);
	}
	expect(how(reduce(state, heard(read)))).toBe('read');
});

test('the client types until the message is there, or for a while', () => {
	const events = log(1, steps('client'));
	const typing = { type: 'typing', asset_id: 'a0', chat_id: 'c0', technician_id: null } as const;
	const state = reduce(started(events.slice(0, 1)), { type: 'heard', now: 1000, event: typing });
	expect(state.typing.get('c0')).toBe(7000);
	expect(all(state, events.map(heard)).typing.has('c0')).toBe(false);
	expect(reduce(state, { type: 'heard', now: 5000, event: { ...typing, technician_id: 'x' } })).toBe(state);
});

test('older messages join the newer ones; a newest page that does not reach them replaces them', () => {
	const events = log(1, steps('client', 'client', 'client', 'client', 'client'));
	const page = (from: number, to: number, more: boolean) => {
		const whole = pageOf(events, 'c0', 6);
		return { ...whole, messages: whole.messages.slice(from, to), more };
	};
	const ids = (state: ConsoleState) => state.conversations.get('c0')?.messages.map((message) => message.seq);
	const newest: Action = { type: 'paged', chat_id: 'c0', before: null, page: page(2, 3, true) };
	const older: Action = { type: 'paged', chat_id: 'c0', before: 4, page: page(0, 2, false) };
	const joined = all(started(events), [newest, older]);
	expect([ids(joined), joined.conversations.get('c0')?.more]).toEqual([[2, 3, 4], false]);

	const far = reduce(joined, { type: 'paged', chat_id: 'c0', before: null, page: page(4, 5, true) });
	expect([ids(far), far.conversations.get('c0')?.more]).toEqual([[6], true]);
	expect(ids(reduce(started(events), older))).toBeUndefined();
});

test('a chat that somebody else has is forgotten, and is there again once it may be seen', () => {
	const events = log(1, steps('client'));
	const known = all(started(events), [
		{ type: 'paged', chat_id: 'c0', before: null, page: pageOf(events, 'c0', events.length) },
	]);
	const upto = events.length;
	const hidden = heard_hidden(known, 'c0', upto + 1);
	expect([hidden.chats.size, hidden.conversations.size, hidden.upto]).toEqual([0, 0, upto + 1]);
	expect(heard_hidden(hidden, 'c0', upto)).toBe(hidden);
});

function heard_hidden(state: ConsoleState, chat_id: string, seq: number): ConsoleState {
	return reduce(state, { type: 'heard', event: { type: 'chat_hidden', seq, chat_id }, now: 0 });
}
