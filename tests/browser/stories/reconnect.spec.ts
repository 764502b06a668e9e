import { expect, type Page } from '@playwright/test';

import { secondTab, Technician, test, unique } from '../technician.js';
import { WebNode } from '../web_node.js';

const phase = (page: Page) => page.getByTestId('connection');

test('a web node that is killed is said to be away, and the page heals without a reload', async ({
	technician,
	device,
	context,
}) => {
	const node = await WebNode.started();
	try {
		const words = unique('Before the node was killed');
		device.says(words);
		await expect(technician.page.locator('#chat-list').getByText(words)).toBeVisible();

		// The same session, at the other node.
		const there = new Technician(await context.newPage());
		await there.page.goto(`${node.url}/chats`);
		await there.page.locator('#chat-list').getByText(words).click();
		await expect(there.bubbles(words)).toBeVisible();
		await expect(phase(there.page)).toHaveAttribute('data-phase', 'live');
		await there.page.evaluate(() => Object.assign(window, { sameDocument: true }));

		await node.isKilled();
		await expect(phase(there.page)).toHaveAttribute('data-phase', 'offline');
		await expect(phase(there.page)).not.toBeEmpty();
		const [mine, theirs] = [unique('Written while it was away'), unique('Said while it was away')];
		await there.says(mine);
		device.says(theirs);
		await expect(technician.page.locator('#chat-list').getByText(theirs)).toBeVisible();
		await expect(there.bubbles(theirs)).toHaveCount(0);

		await node.starts();
		await expect(phase(there.page)).toHaveAttribute('data-phase', 'live', {
			timeout: 45_000,
		});
		await expect(there.bubbles(theirs)).toHaveCount(1);
		await expect(there.page.locator('[data-delivery=sending]')).toHaveCount(0, {
			timeout: 30_000,
		});
		await expect.poll(() => device.heard().filter((text) => text === mine)).toEqual([mine]);
		expect(await there.page.evaluate(() => 'sameDocument' in window)).toBe(true);
		const fresh = await secondTab(context, there);
		await expect.poll(() => fresh.texts()).toEqual(await there.texts());
	} finally {
		await node.isKilled();
	}
});

test('after an hour asleep the page shows what a fresh one shows', async ({
	technician,
	device,
	context,
}) => {
	const { page } = technician;
	const words = unique('Before the lid was closed');
	device.says(words);
	await page.locator('#chat-list').getByText(words).click();
	await expect(technician.bubbles(words)).toBeVisible();
	await page.clock.install();
	await context.setOffline(true);
	await expect(phase(page)).toHaveAttribute('data-phase', 'offline', {
		timeout: 45_000,
	});

	const missed = [unique('First while asleep'), unique('Second while asleep')];
	for (const text of missed) device.says(text);
	await page.clock.fastForward('01:00:00');
	await context.setOffline(false);
	await page.clock.runFor(30_000);
	await page.clock.resume();

	await expect(phase(page)).toHaveAttribute('data-phase', 'live', {
		timeout: 45_000,
	});
	for (const text of missed) await expect(technician.bubbles(text)).toHaveCount(1);
	const fresh = await secondTab(context, technician);
	await expect.poll(() => fresh.texts()).toEqual(await technician.texts());
});
