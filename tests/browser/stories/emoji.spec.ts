import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';

import { test, unique } from '../technician.js';

test('an emoji is found by its name and put where one was writing, by keys alone', async ({ technician }) => {
	const { page } = technician;
	const hosts = new Set<string>();
	page.on('request', (request) => hosts.add(new URL(request.url()).host));
	await technician.opensDeviceChat();
	const words = unique('It works');
	await technician.compose.fill(`${words}  now`);
	await technician.compose.press('Home');
	for (let count = 0; count <= words.length; count += 1) await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Tab');
	await expect(page.getByRole('button', { name: 'Insert an emoji' })).toBeFocused();
	await page.keyboard.press('Enter');

	const search = page.getByRole('combobox', { name: 'Search emojis' });
	await expect(search).toBeFocused();
	await page.keyboard.type('party popper');
	await expect(page.getByRole('option')).toHaveCount(1);
	await page.keyboard.press('Enter');
	await expect(search).toHaveCount(0);
	await expect(technician.compose).toBeFocused();
	await expect(technician.compose).toHaveValue(`${words} 🎉 now`);
	await page.keyboard.press('Enter');
	await expect(technician.bubbles(`${words} 🎉 now`)).toHaveCount(1);
	expect([...hosts]).toEqual([new URL(page.url()).host]);
});

test('arrow keys go through the emojis, and Escape goes back to the message', async ({ technician }) => {
	const { page } = technician;
	await technician.opensDeviceChat();
	await page.getByRole('button', { name: 'Insert an emoji' }).click();
	const chosen = page.getByRole('option', { selected: true });
	const named = async () => (await chosen.getAttribute('aria-label')) ?? '';
	const first = await named();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowLeft');
	await page.keyboard.press('ArrowUp');
	expect(await named()).toBe(first);
	for (let count = 0; count < 40; count += 1) await page.keyboard.press('ArrowDown');
	await expect(chosen).toBeInViewport();
	await expect(page.getByRole('status').filter({ hasText: await named() })).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('listbox', { name: 'Emojis' })).toHaveCount(0);
	await expect(technician.compose).toBeFocused();
	await expect(technician.compose).toHaveValue('');
});

for (const colorScheme of ['light', 'dark'] as const) {
	test.describe(colorScheme, () => {
		test.use({ colorScheme, viewport: { width: 360, height: 740 } });

		test('the emojis are open to everybody', async ({ technician }) => {
			const { page } = technician;
			await technician.opensDeviceChat();
			await page.getByRole('button', { name: 'Insert an emoji' }).click();
			// Fewer of them are looked at sooner.
			await page.getByRole('combobox', { name: 'Search emojis' }).fill('cat');
			await expect(page.getByRole('option', { name: 'cat', exact: true })).toBeVisible();
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))).toEqual([]);
			expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
			// Whoever touches something else does not want one.
			await page.locator('header h1').click();
			await expect(page.getByRole('listbox', { name: 'Emojis' })).toHaveCount(0);
		});
	});
}
