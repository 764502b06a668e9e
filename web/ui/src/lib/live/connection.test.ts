import { beforeEach, expect, test } from 'vitest';

import type { LiveEvent } from '../api/types';
import { LiveConnection, SILENCE_MS, type LiveStatus, type Socket } from './connection';

class TestSocket implements Socket {
	onopen: Socket['onopen'] = null;
	onmessage: Socket['onmessage'] = null;
	onclose: Socket['onclose'] = null;
	closed = false;
	words: string[] = [];
	constructor(readonly after: number) {}
	send(text: string) {
		this.words.push(text);
	}
	close() {
		this.closed = true;
	}
	says(event: LiveEvent | { type: string }) {
		this.onmessage?.({ data: JSON.stringify(event) });
	}
}

/** A world whose time passes when it is told to. */
class TestWorld {
	sockets: TestSocket[] = [];
	statuses: LiveStatus['phase'][] = [];
	events: LiveEvent[] = [];
	snapshots = 0;
	answers: (number | Error)[] = [];
	ended = false;
	time = 0;
	timers: { at: number; call: () => void }[] = [];

	snapshot = async () => {
		this.snapshots += 1;
		const answer = this.answers.shift() ?? 10;
		if (answer instanceof Error) throw answer;
		return answer;
	};
	open = (after: number) => {
		const socket = new TestSocket(after);
		this.sockets.push(socket);
		return socket;
	};
	isVisible = true;
	visible = () => this.isVisible;
	signedOut = async () => this.ended;
	heard = (event: LiveEvent) => void this.events.push(event);
	status = (status: LiveStatus) => void this.statuses.push(status.phase);
	now = () => this.time;
	random = () => 1;
	after = (milliseconds: number, call: () => void) => {
		const timer = { at: this.time + milliseconds, call };
		this.timers.push(timer);
		return () => void (this.timers = this.timers.filter((other) => other !== timer));
	};
	async pass(milliseconds: number) {
		this.time += milliseconds;
		const due = this.timers.filter((timer) => timer.at <= this.time);
		this.timers = this.timers.filter((timer) => timer.at > this.time);
		for (const timer of due) timer.call();
		await settle();
	}
	get last(): TestSocket {
		return this.sockets.at(-1) as TestSocket;
	}
}

const settle = () => new Promise((done) => setImmediate(done));
const fact = (seq: number) => ({ type: 'fact', seq }) as LiveEvent;

let world: TestWorld;
let connection: LiveConnection;
beforeEach(async () => {
	world = new TestWorld();
	connection = new LiveConnection(world);
	connection.connect();
	await settle();
});

test('it listens from its snapshot, catches up, and is live', () => {
	expect(world.last.after).toBe(10);
	world.last.says(fact(11));
	world.last.says({ type: 'ready', upto: 11 });
	expect(world.statuses).toEqual(['catching_up', 'live']);
	expect(world.events.map((event) => event.type)).toEqual(['fact', 'ready']);
});

test('cut off, it resumes after the last fact without a new snapshot', async () => {
	world.last.says({ type: 'ready', upto: 10 });
	world.last.says(fact(42));
	world.last.onclose?.();
	expect(world.statuses.at(-1)).toBe('offline');
	await world.pass(500);
	expect([world.last.after, world.snapshots, world.sockets.length]).toEqual([42, 1, 2]);
});

test('pauses double up to twenty seconds, and start anew once live', async () => {
	const pauses: number[] = [];
	for (let attempt = 0; attempt < 8; attempt += 1) {
		world.last.onclose?.();
		await settle();
		const pause = (world.timers[0]?.at ?? 0) - world.time;
		pauses.push(pause);
		await world.pass(pause);
	}
	expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]);
	world.last.says({ type: 'ready', upto: 10 });
	world.last.onclose?.();
	expect((world.timers[0]?.at ?? 0) - world.time).toBe(500);
});

test('a socket says whether the tab is visible once it is open, and at every change', async () => {
	const visible = (visible: boolean) => JSON.stringify({ type: 'visible', visible });
	connection.visibilityChanged();
	expect(world.last.words).toEqual([]);
	world.last.onopen?.();
	world.isVisible = false;
	connection.visibilityChanged();
	expect(world.last.words).toEqual([visible(true), visible(false)]);
	const first = world.last;
	first.onclose?.();
	connection.visibilityChanged();
	await settle();
	await world.pass(500);
	world.last.onopen?.();
	expect([first.words.length, world.last.words]).toEqual([2, [visible(false)]]);
});

test('silence is the end of a socket; a heartbeat is not silence', async () => {
	world.last.says({ type: 'ready', upto: 10 });
	await world.pass(SILENCE_MS - 1);
	world.last.says({ type: 'heartbeat', upto: 10 });
	await world.pass(SILENCE_MS - 1);
	expect(world.last.closed).toBe(false);
	await world.pass(1);
	expect([world.last.closed, world.statuses.at(-1)]).toEqual([true, 'offline']);
	await world.pass(500);
	expect(world.sockets.length).toBe(2);
});

test('a reset fetches a snapshot and listens from there', async () => {
	world.answers = [99];
	const first = world.last;
	first.says({ type: 'reset' });
	await settle();
	expect([first.closed, world.snapshots, world.last.after]).toEqual([true, 2, 99]);
});

test('too far behind means a snapshot, being slow does not', async () => {
	world.last.says({ type: 'closing', reason: 'slow' });
	world.last.onclose?.();
	await world.pass(500);
	expect(world.snapshots).toBe(1);
	world.last.says({ type: 'closing', reason: 'too_far_behind' });
	world.last.onclose?.();
	await world.pass(20_000);
	expect(world.snapshots).toBe(2);
});

test('signed out, it never tries again', async () => {
	world.last.says({ type: 'closing', reason: 'signed_out' });
	connection.connect();
	await world.pass(60_000);
	expect([world.statuses.at(-1), world.sockets.length, world.timers.length]).toEqual(['signed_out', 1, 0]);
});

test.each(['no_chat_rights', 'rights_changed'] as const)(
	'told %s, it never tries again, and says that the page must begin anew',
	async (reason) => {
		world.last.says({ type: 'closing', reason });
		connection.connect();
		await world.pass(60_000);
		expect([world.statuses.at(-1), world.sockets.length]).toEqual(['rights_changed', 1]);
	},
);

test('a refused socket of an ended session is the end', async () => {
	world.ended = true;
	world.last.onclose?.();
	await settle();
	expect(world.statuses.at(-1)).toBe('signed_out');
});

test('a snapshot that fails is tried again, and at once when the network is back', async () => {
	world.answers = [new Error('away'), new Error('away'), 77];
	world.last.says({ type: 'reset' });
	await settle();
	expect(world.statuses.at(-1)).toBe('offline');
	connection.connect();
	await settle();
	connection.connect();
	await settle();
	expect(world.last.after).toBe(77);
});

test('what a later server may add is not in the way', () => {
	world.last.onmessage?.({ data: 'not json' });
	world.last.says({ type: 'ready', upto: 10 });
	expect(world.statuses.at(-1)).toBe('live');
});
