import { expect, type Page } from '@playwright/test';

import { secondTab, test } from '../technician.js';

const background = (page: Page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

test('light or dark is chosen for every tab of the browser, and stays', async ({ technician, context }) => {
	const { page } = technician;
	await page.emulateMedia({ colorScheme: 'light' });
	const light = await background(page);
	await page.emulateMedia({ colorScheme: 'dark' });
	const dark = await background(page);
	expect(dark).not.toBe(light);

	const second = await secondTab(context, technician);
	const chooses = async (name: string) => {
		await page.getByRole('button', { name: /^Account/ }).click();
		await page.getByRole('menuitemradio', { name }).click();
		await page.keyboard.press('Escape');
	};
	await chooses('Light');
	await expect.poll(() => background(page)).toBe(light);
	await second.page.emulateMedia({ colorScheme: 'dark' });
	await expect.poll(() => background(second.page)).toBe(light);
	await page.reload();
	await expect.poll(() => background(page)).toBe(light);
	await chooses('Like the system');
	await expect.poll(() => background(page)).toBe(dark);
});

test('whoever wants less motion gets none', async ({ technician }) => {
	const { page } = technician;
	const moves = () =>
		page
			.getByRole('button', { name: 'Start chat' })
			.evaluate((button) => Number.parseFloat(getComputedStyle(button).transitionDuration));
	expect(await moves()).toBeGreaterThan(0.01);
	await page.emulateMedia({ reducedMotion: 'reduce' });
	expect(await moves()).toBeLessThan(0.001);
});

test.describe('in Tokyo', () => {
	test.use({ timezoneId: 'Asia/Tokyo', locale: 'en-GB' });

	test('times are those of the viewer', async ({ technician }) => {
		await technician.opensDeviceChat();
		const time = technician.page.getByRole('log').locator('time').first();
		const at = new Date((await time.getAttribute('datetime')) ?? '');
		const there = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Asia/Tokyo' }).format(at);
		await expect(time).toHaveText(there);
	});
});

for (const [width, height] of [
	[360, 740],
	[3840, 2160],
] as const) {
	test(`at ${width} pixels nothing is wider than the window, and a chat can be answered`, async ({ technician }) => {
		const { page } = technician;
		await page.setViewportSize({ width, height });
		const over = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
		await technician.opensDeviceChat();
		await expect(page.getByRole('button', { name: 'Send message' })).toBeInViewport({ ratio: 1 });
		await expect(page.getByRole('button', { name: 'Close chat' })).toBeInViewport({ ratio: 1 });
		expect(await over()).toBe(0);
		for (const path of ['customers', 'contacts', 'assets', 'tickets', 'notifications', 'canned-replies', 'import', 'tabs']) {
			await page.goto(`/${path}`);
			await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
			expect(await over(), path).toBe(0);
		}
	});
}
