import { expect, type Response } from '@playwright/test';

import { test } from '../technician.js';

/** How much JavaScript the first screen may need, compressed. */
const MOST_BYTES = 150_000;

test('the first screen needs little JavaScript, and asks no other host for anything', async ({ technician }) => {
	const { page } = technician;
	const responses: Response[] = [];
	page.on('response', (response) => responses.push(response));
	const session = await page.context().newCDPSession(page);
	await session.send('Network.setCacheDisabled', { cacheDisabled: true });
	await page.goto('/chats');
	await expect(technician.chats.first()).toBeVisible();
	const first = [...responses];

	const scripts = first.filter((response) => response.url().endsWith('.js'));
	expect(scripts.length).toBeGreaterThan(0);
	const sizes = await Promise.all(scripts.map(async (one) => (await one.request().sizes()).responseBodySize));
	expect(sizes.reduce((all, one) => all + one)).toBeLessThan(MOST_BYTES);

	for (const path of ['/customers', '/assets', '/tickets', '/notifications', '/admin']) {
		await page.goto(path);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	}
	const hosts = new Set(responses.map((response) => new URL(response.url())).filter(({ protocol }) => protocol !== 'data:').map(({ host }) => host));
	expect([...hosts]).toEqual([new URL(page.url()).host]);
});
