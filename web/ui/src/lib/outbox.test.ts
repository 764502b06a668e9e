import { beforeEach, expect, test } from 'vitest';

import { Problem, Unreachable } from './api/problem';
import { Forgetful, type Kept } from './kept';
import { Outbox, type OutboxWorld, type Pending } from './outbox';

/** A server that answers as it is told, and a clock that stands still. */
class TestWorld implements OutboxWorld {
	said: string[] = [];
	answers: (Error | 'hang' | undefined)[] = [];
	ended = 0;
	timers: (() => void)[] = [];
	release: () => void = () => undefined;

	say = async ({ message_id }: Pending) => {
		this.said.push(message_id);
		const answer = this.answers.shift();
		if (answer === 'hang') await new Promise<void>((done) => (this.release = done));
		if (answer instanceof Error) throw answer;
		return { seq: this.said.length };
	};
	alone = (work: () => Promise<void>) => work();
	changed = () => undefined;
	signedOut = () => void (this.ended += 1);
	random = () => 1;
	after = (_: number, call: () => void) => {
		this.timers.push(call);
		return () => void (this.timers = this.timers.filter((other) => other !== call));
	};
}

const settle = () => new Promise((done) => setImmediate(done));
const message = (message_id: string, chat_id = 'c1') => ({
	message_id,
	chat_id,
	text: `text of ${message_id}`,
	note: false,
	written_at: '2026-01-01T00:00:00Z',
});

let kept: Kept;
let world: TestWorld;
let outbox: Outbox;
beforeEach(() => {
	kept = new Forgetful();
	world = new TestWorld();
	outbox = new Outbox(kept, 'ann', world);
});

test('a message is kept before it is sent, and until it is stored', async () => {
	outbox.add(message('m1'));
	expect(outbox.pending.map(({ message_id, seq }) => [message_id, seq])).toEqual([['m1', null]]);
	await settle();
	expect(outbox.pending.map(({ message_id, seq }) => [message_id, seq])).toEqual([['m1', 1]]);
	outbox.stored(['m1', 'unknown']);
	expect([outbox.pending, kept.length]).toEqual([[], 0]);
});

test('messages of a chat go out one by one in order, and another chat does not wait for them', async () => {
	world.answers = [new Unreachable(), new Unreachable(), undefined];
	outbox.add(message('m1'));
	await settle();
	for (const waiting of [message('m2'), message('m3', 'c2')]) {
		kept.setItem(
			`trayline.outbox.ann.${waiting.message_id}`,
			JSON.stringify({ ...waiting, seq: null, refused: null }),
		);
	}
	await outbox.send();
	expect(world.said).toEqual(['m1', 'm1', 'm3']);
	world.timers[0]?.();
	await settle();
	expect(world.said).toEqual(['m1', 'm1', 'm3', 'm1', 'm2']);
});

test('offline, it tries the first message again after a pause, with the same id, then the rest', async () => {
	world.answers = [new Unreachable(), new Problem(503, {}), undefined, undefined];
	outbox.add(message('m1'));
	await settle();
	outbox.add(message('m2'));
	await settle();
	expect([world.said, world.timers.length]).toEqual([['m1', 'm1'], 1]);
	world.timers[0]?.();
	await settle();
	expect(world.said).toEqual(['m1', 'm1', 'm1', 'm2']);
	expect(outbox.pending.every((pending) => pending.seq !== null)).toBe(true);
});

test('a reload sends what was not sent, and nothing that was', async () => {
	world.answers = [undefined, new Unreachable()];
	outbox.add(message('m1'));
	await settle();
	outbox.add(message('m2'));
	await settle();
	const later = new TestWorld();
	await new Outbox(kept, 'ann', later).send();
	expect(later.said).toEqual(['m2']);
	expect(new Outbox(kept, 'bob', later).pending).toEqual([]);
});

test('a receipt that is faster than the answer is not undone by it', async () => {
	world.answers = ['hang'];
	outbox.add(message('m1'));
	await settle();
	outbox.stored(['m1']);
	world.release();
	await settle();
	expect([outbox.pending, kept.length]).toEqual([[], 0]);
});

test('another tab that sent a message meanwhile spares this one the trouble', async () => {
	world.answers = ['hang'];
	outbox.add(message('m1'));
	outbox.add(message('m2'));
	await settle();
	kept.setItem('trayline.outbox.ann.m2', JSON.stringify({ ...message('m2'), seq: 7, refused: null }));
	world.release();
	await settle();
	expect(world.said).toEqual(['m1']);
});

test("a refused message says why, stands in nobody's way, and can be tried again or thrown away", async () => {
	world.answers = [new Problem(409, { type: '/problems/chat-closed', title: 'the chat is closed' })];
	outbox.add(message('m1'));
	outbox.add(message('m2'));
	await settle();
	expect(outbox.pending.map(({ refused }) => refused)).toEqual(['The chat is closed.', null]);
	outbox.retry('m1');
	await settle();
	expect(world.said).toEqual(['m1', 'm2', 'm1']);
	outbox.discard('m1');
	expect(outbox.pending.map(({ message_id }) => message_id)).toEqual(['m2']);
});

test('what the broker lost goes out again under the same id', async () => {
	outbox.add(message('m1'));
	await settle();
	outbox.lost(['m1']);
	await settle();
	expect(world.said).toEqual(['m1', 'm1']);
});

test('signed out, it stops and keeps everything', async () => {
	world.answers = [new Problem(401, { type: '/problems/not-signed-in' })];
	outbox.add(message('m1'));
	outbox.add(message('m2'));
	await settle();
	await outbox.send();
	expect([world.said, world.ended, outbox.pending.length, world.timers.length]).toEqual([['m1'], 1, 2, 0]);
});
