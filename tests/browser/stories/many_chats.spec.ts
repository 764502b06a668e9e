import { expect, type Page } from '@playwright/test';

import { test } from '../technician.js';

const MANY = 10_000;
/** No window shows more rows than these, with those that are ready above and below it. */
const FEW = 60;

test('ten thousand open chats come as one scrolls, and few of them are in the page', async ({ technician }) => {
	test.setTimeout(180_000);
	const { page } = technician;
	await hasManyChats(page);
	await page.reload();
	await expect(page.getByTestId('count-all')).toHaveText(String(MANY));
	await expect(technician.chats.first()).toBeVisible();
	const list = page.locator('#chat-list');
	// A fact that comes meanwhile may bring a chat of the demo, at the top.
	const link = (place: number) => list.locator(`[data-chat-id="${chatId(place)}"]`);
	const last = link(MANY - 1);
	await expect(list.getByRole('listitem').first()).toHaveAttribute('aria-setsize', String(MANY));
	await expect(async () => {
		await list.evaluate((pane) => pane.scrollTo({ top: pane.scrollHeight }));
		expect(await technician.chats.count()).toBeLessThan(FEW);
		await expect(last).toBeVisible({ timeout: 50 });
	}).toPass({ timeout: 150_000, intervals: [0] });

	await page.keyboard.press('k');
	await expect(last).toBeFocused();
	await page.keyboard.press('k');
	const beforeLast = link(MANY - 2);
	await expect(beforeLast).toBeFocused();

	// Whoever scrolls away still has the focus where it was, and keys go on from there.
	await list.evaluate((pane) => pane.scrollTo({ top: 0 }));
	await expect(link(0)).toBeInViewport();
	await expect(beforeLast).toBeFocused();
	expect(await technician.chats.count()).toBeLessThan(FEW);
	await page.keyboard.press('k');
	const third = link(MANY - 3);
	await expect(third).toBeFocused();
	await expect(third).toBeInViewport();
});

function chatId(place: number): string {
	return `00000000-0000-7000-8000-${String(place).padStart(12, '0')}`;
}

/** Lets the server's list have so many chats, each like its first one. */
async function hasManyChats(page: Page): Promise<void> {
	const { chats, upto } = await (await page.request.get('/api/v1/chats?limit=1')).json();
	await page.route('**/api/v1/chats?*', async (route) => {
		const query = new URL(route.request().url()).searchParams;
		const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))];
		const to = Math.min(MANY, from + limit);
		const rows = Array.from({ length: to - from }, (_, place) => ({
			...chats[0],
			chat_id: chatId(from + place),
			last_seq: upto - from - place,
		}));
		const counts = { all: MANY, mine: 0, mine_unread: 0, unassigned: 0 };
		await route.fulfill({ json: { chats: rows, counts, upto, next_cursor: to < MANY ? String(to) : null } });
	});
}
