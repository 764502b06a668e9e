import { expect, test } from 'vitest';

import type { PingEvent } from '../api/types';
import { Pings } from './pings';

const ping = (plays: boolean): PingEvent => ({ type: 'ping', asset_id: 'a', chat_id: 'c', seq: 1, plays });

/** What pings do in a world: what was played, notified and said, in order. */
async function drawn(
	world: { visible: boolean; muted: boolean; allowed: boolean },
	pinged: readonly boolean[],
): Promise<string[]> {
	const done: string[] = [];
	const pings = new Pings(
		{
			play: () => {
				if (world.allowed) done.push('sound');
				return Promise.resolve(world.allowed);
			},
			notify: (title, _text, tag, clicked) => {
				done.push(`notify ${title} ${tag}`);
				clicked();
			},
			visible: () => world.visible,
			muted: () => world.muted,
		},
		(chat_id) => ({ title: `title of ${chat_id}`, text: '' }),
		(chat_id) => done.push(`show ${chat_id}`),
		() => done.push('blocked'),
	);
	for (const plays of pinged) await pings.heard(ping(plays));
	return done;
}

test.each([
	['the one tab plays', { visible: true, muted: false, allowed: true }, [true], ['sound']],
	['another tab plays', { visible: true, muted: false, allowed: true }, [false], []],
	['muted', { visible: true, muted: true, allowed: true }, [true], []],
	['kept back: said once', { visible: true, muted: false, allowed: false }, [true, true], ['blocked']],
	[
		'nobody looks: a notification, and a click on it shows the chat',
		{ visible: false, muted: false, allowed: true },
		[true],
		['notify title of c c', 'show c', 'sound'],
	],
	[
		'nobody looks, and muted: a notification all the same',
		{ visible: false, muted: true, allowed: true },
		[true],
		['notify title of c c', 'show c'],
	],
])('%s', async (_name, world, pinged, expected) => {
	expect(await drawn(world, pinged)).toEqual(expected);
});
