import { expect } from '@playwright/test';

import { test } from '../technician.js';

test('the list is made wider by keys and by hand, and is as wide after a reload', async ({ technician }) => {
	const { page } = technician;
	const list = page.locator('#list-pane');
	const edge = page.getByRole('separator', { name: 'Width of the list' });
	const width = async () => Math.round((await list.boundingBox())?.width ?? 0);
	const before = await width();
	await edge.focus();
	await page.keyboard.press('ArrowLeft');
	await page.keyboard.press('ArrowLeft');
	await expect.poll(width).toBe(before - 32);
	await expect(edge).toHaveAttribute('aria-valuenow', String((before - 32) / 16));

	const { x = 0, y = 0 } = (await edge.boundingBox()) ?? {};
	await page.mouse.move(x + 4, y + 200);
	await page.mouse.down();
	await page.mouse.move(x + 84, y + 210);
	await page.mouse.up();
	await expect.poll(width).toBe(before + 48);
	await page.reload();
	await expect.poll(width).toBe(before + 48);
	await edge.dblclick();
	await expect.poll(width).toBe(before);
});

test('details are shown and hidden beside the chat, and that is remembered', async ({ technician }) => {
	const { page } = technician;
	await technician.opensDeviceChat();
	const details = page.getByRole('complementary', { name: 'About this chat' });
	const button = page.getByRole('button', { name: 'Details' });
	await expect(details).toBeVisible();
	await button.click();
	await expect(details).toBeHidden();
	await page.reload();
	await expect(button).toHaveAttribute('aria-expanded', 'false');
	await expect(details).toBeHidden();
	await button.click();
	await expect(details.getByRole('link').first()).toBeVisible();
});

test('on a narrow screen details open as a dialog', async ({ technician }) => {
	const { page } = technician;
	await page.setViewportSize({ width: 360, height: 740 });
	await technician.opensDeviceChat();
	await page.getByRole('button', { name: 'Details' }).click();
	await expect(page.getByRole('dialog', { name: 'About this chat' }).getByText('Transcript')).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('dialog')).toHaveCount(0);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test('every filter has its name and its count', async ({ technician }) => {
	const filters = technician.page.getByRole('group', { name: 'Which chats' });
	for (const name of ['All Chats', 'My Chats - All', 'My Chats - Unread', 'Unassigned Chats']) {
		const filter = filters.getByRole('button', {
			name: new RegExp(`^${name}: \\d+$`),
		});
		await filter.click();
		await expect(filter).toHaveAttribute('aria-pressed', 'true');
	}
});
