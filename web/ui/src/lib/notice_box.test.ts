import { expect, test } from 'vitest';

import type { Api } from './api/client';
import type { Notice, NoticePage } from './api/types';
import { NoticeBox } from './notice_box';

const notice = (number: number, read = false): Notice => ({
	notice_id: `n${number}`,
	chat_id: 'c',
	rule: 'unread_online',
	at: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(),
	read_at: read ? '2026-01-02T00:00:00Z' : null,
	chat: null,
});

/** A server with notices, newest first, that gives `part` of them at once; and what was asked of it. */
function served(notices: Notice[], part: number) {
	const marked: (readonly string[] | null)[] = [];
	const planned: (() => void)[] = [];
	const api = {
		listNotices: (cursor: string | null): Promise<NoticePage> => {
			const from = Number(cursor ?? 0);
			const until = from + part;
			return Promise.resolve({
				notices: notices.slice(from, until),
				unread: notices.filter((one) => one.read_at === null).length,
				next_cursor: until < notices.length ? String(until) : null,
			});
		},
		markNoticesRead: (notice_ids: readonly string[] | null) => {
			marked.push(notice_ids);
			return Promise.resolve();
		},
	};
	const box = new NoticeBox(api as unknown as Api, (_milliseconds, call) => {
		planned.push(call);
		return () => undefined;
	});
	return { box, notices, marked, planned };
}

const ids = (box: NoticeBox) => box.value?.notices.map((one) => one.notice_id);

test('older ones come after newer ones, and stay when newer ones come', async () => {
	const { box, notices } = served(
		[4, 3, 2, 1].map((number) => notice(number)),
		2,
	);
	await box.refresh();
	expect(ids(box)).toEqual(['n4', 'n3']);
	await box.more();
	expect(ids(box)).toEqual(['n4', 'n3', 'n2', 'n1']);
	expect(box.value?.next_cursor).toBeNull();
	notices.unshift(notice(5));
	await box.refresh();
	expect(ids(box)).toEqual(['n5', 'n4', 'n3', 'n2', 'n1']);
	expect(box.value).toMatchObject({ unread: 5, next_cursor: null });
});

test('marked here is read at once; marked elsewhere too', async () => {
	const { box, marked, planned } = served(
		[3, 2, 1].map((number) => notice(number)),
		5,
	);
	await box.refresh();
	await box.markRead(['n2', 'n2']);
	expect(box.value?.unread).toBe(2);
	box.heard({ type: 'read', notice_ids: ['n2', 'n1', 'elsewhere'] });
	expect(box.value?.unread).toBe(1);
	expect(marked).toEqual([['n2', 'n2']]);
	await box.markRead(null);
	expect(box.value?.unread).toBe(0);
	expect(planned).toHaveLength(1);
});

test('a burst of new ones is fetched once', async () => {
	const { box, notices, planned } = served([notice(1)], 5);
	await box.refresh();
	for (const number of [2, 3, 4]) {
		notices.unshift(notice(number));
		box.heard({ type: 'new', notice_id: `n${number}`, chat_id: 'c', rule: 'unread_online', at: '' });
	}
	expect(planned).toHaveLength(1);
	planned[0]?.();
	await expect.poll(() => box.value?.unread).toBe(4);
});
