import { expect, type Page } from '@playwright/test';

import { secondTab, test } from '../technician.js';

/** Under which id a page last said who it is. */
async function nextTabId(page: Page, act: () => Promise<unknown>): Promise<string | null> {
	const [socket] = await Promise.all([page.waitForEvent('websocket'), act()]);
	return new URL(socket.url()).searchParams.get('tab');
}

test('a tab that is loaded again is the same tab, and another tab is another one', async ({ technician, context }) => {
	const { page } = technician;
	const first = await nextTabId(page, () => page.reload());
	expect(first).toMatch(/^[0-9a-f-]{36}$/);
	expect(await nextTabId(page, () => page.reload())).toBe(first);

	await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
	const opened = context.waitForEvent('page');
	await page.evaluate(() => void window.open(location.href));
	const copy = await opened;
	const second = await nextTabId(copy, () => copy.reload());
	expect(second).toMatch(/^[0-9a-f-]{36}$/);
	expect(second).not.toBe(first);
});

test('a tab says that it is visible, and is online for it', async ({ technician, context }) => {
	const words: string[] = [];
	technician.page.on('websocket', (socket) =>
		socket.on('framesent', ({ payload }) => {
			words.push(String(payload));
		}),
	);
	await technician.page.reload();
	await expect.poll(() => words).toEqual(['{"type":"visible","visible":true}']);
	const second = await secondTab(context, technician);
	const isOnline = async () => {
		const { technicians } = await (await second.page.request.get('/api/v1/technicians')).json();
		const { technician_id } = await (await second.page.request.get('/api/v1/session')).json();
		return technicians.find((one: { technician_id: string }) => one.technician_id === technician_id).is_online;
	};
	await expect.poll(isOnline).toBe(true);
});
