import { expect } from '@playwright/test';

import { test, unique } from '../technician.js';

test('what is written offline waits in the browser and goes out once, in order', async ({ technician, context }) => {
	await technician.opensDeviceChat();
	const texts = [unique('first'), unique('second'), unique('third')];
	const attempts: string[] = [];
	await technician.page.route('**/messages', async (route) => {
		if (route.request().method() === 'POST') attempts.push(route.request().postDataJSON().message_id);
		await route.continue();
	});

	await context.setOffline(true);
	for (const text of texts) {
		await technician.says(text);
		await expect(technician.bubbles(text)).toHaveCount(1);
	}
	await expect(technician.page.locator('[data-delivery=sending]').last()).toBeVisible();
	await context.setOffline(false);

	await expect(technician.page.getByTestId('connection')).toHaveAttribute('data-phase', 'live', { timeout: 45_000 });
	await expect(technician.page.locator('[data-delivery=sending]')).toHaveCount(0, { timeout: 30_000 });
	const own = (all: string[]) => all.filter((text) => texts.includes(text));
	await expect.poll(async () => own(await technician.texts())).toEqual(texts);
	await technician.page.reload();
	await expect.poll(async () => own(await technician.texts())).toEqual(texts);
	expect(new Set(attempts).size).toBe(texts.length);
});

test('a message whose answer was lost is sent again under the same id, and stands there once', async ({ technician }) => {
	await technician.opensDeviceChat();
	const text = unique('answer lost');
	const attempts: string[] = [];
	await technician.page.route('**/messages', async (route) => {
		if (route.request().method() !== 'POST') return route.continue();
		attempts.push(route.request().postDataJSON().message_id);
		if (attempts.length > 1) return route.continue();
		await route.fetch();
		await route.abort('internetdisconnected');
	});
	await technician.says(text);
	await expect(technician.page.locator('[data-side=me]').last().getByTestId('delivery')).toHaveAttribute(
		'data-delivery',
		/stored|read/,
	);
	await expect(technician.bubbles(text)).toHaveCount(1);
	await technician.page.reload();
	await expect(technician.bubbles(text)).toHaveCount(1);
	expect(new Set(attempts).size).toBe(1);
});

test('a message that was not sent outlives a reload', async ({ technician }) => {
	await technician.opensDeviceChat();
	const text = unique('reloaded');
	await technician.page.route('**/messages', (route) =>
		route.request().method() === 'POST' ? route.abort('internetdisconnected') : route.continue(),
	);
	await technician.says(text);
	await expect(technician.page.locator('[data-delivery=sending]')).toHaveCount(1);
	await technician.page.unroute('**/messages');
	await technician.page.reload();
	await expect(technician.bubbles(text)).toHaveCount(1);
	await expect(technician.page.locator('[data-delivery=sending]')).toHaveCount(0);
});
