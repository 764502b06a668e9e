import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';

import { test } from '../technician.js';

/** Pages under Admin with a list or form that shows at once. */
const ADMINISTRATION = ['/technicians', '/asset-groups', '/security-groups', '/audit-log', '/policies'];

async function violations(page: Page): Promise<string[]> {
	const { violations: found } = await new AxeBuilder({ page }).analyze();
	return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

for (const colorScheme of ['light', 'dark'] as const) {
	for (const width of [360, 1440]) {
		base.describe(`${colorScheme}, ${width} pixels`, () => {
			test.use({ colorScheme, viewport: { width, height: 800 } });

			base('the sign-in page is open to everybody', async ({ page }) => {
				await page.goto('/sign-in');
				await page.getByRole('button', { name: 'Sign in' }).waitFor();
				expect(await violations(page)).toEqual([]);
			});

			test('the chats, a conversation and its dialogs are open to everybody', async ({ technician }) => {
				const { page } = technician;
				await expect(technician.chats.first()).toBeVisible();
				expect(await violations(page)).toEqual([]);
				await technician.opensDeviceChat();
				expect(await violations(page)).toEqual([]);
				await page.getByRole('button', { name: /ssign…$/ }).click();
				await expect(page.getByRole('dialog').getByRole('button', { name: '(you)' })).toBeVisible();
				expect(await violations(page)).toEqual([]);
				await page.keyboard.press('Escape');
				await page.keyboard.press('n');
				await expect(page.getByRole('option').first()).toBeVisible();
				expect(await violations(page)).toEqual([]);
			});

			test('customers, contacts, assets and tickets are open to everybody', async ({ technician }) => {
				const { page } = technician;
				for (const list of ['customers', 'contacts', 'assets', 'tickets']) {
					await page.goto(`/${list}`);
					const first = page.getByRole('table').getByRole('link').first();
					await expect(first).toBeVisible();
					expect(await violations(page)).toEqual([]);
					await first.click();
					await expect(page.getByRole('button', { name: 'Edit' })).toBeVisible();
					expect(await violations(page)).toEqual([]);
					await page.getByRole('button', { name: 'Edit' }).click();
					await expect(page.getByRole('dialog')).toBeVisible();
					expect(await violations(page)).toEqual([]);
				}
			});

			base('the pages for whoever cannot sign in are open to everybody', async ({ page }) => {
				for (const path of ['/forgot-password', '/reset-password#x']) {
					await page.goto(path);
					await page.getByRole('button').first().waitFor();
					expect(await violations(page)).toEqual([]);
				}
			});

			test('the account is open to everybody', async ({ technician }) => {
				const { page } = technician;
				await page.goto('/account');
				await expect(page.getByRole('cell').first()).toBeVisible();
				expect(await violations(page)).toEqual([]);
			});

			test('the other pages and the menus are open to everybody', async ({ technician }) => {
				const { page } = technician;
				await page.goto('/notifications');
				await expect(page.getByRole('checkbox').first()).toBeVisible();
				expect(await violations(page)).toEqual([]);
				await page.getByRole('button', { name: /^Notices/ }).click();
				await expect(page.getByRole('link', { name: 'Notification Center' })).toBeVisible();
				expect(await violations(page)).toEqual([]);
				await page.keyboard.press('Escape');
				await page.getByRole('button', { name: /^Account/ }).click();
				await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
				expect(await violations(page)).toEqual([]);
				await page.goto('/deliveries');
				await expect(page.getByRole('cell').first()).toBeVisible();
				expect(await violations(page)).toEqual([]);
				for (const path of ['/canned-replies', '/import', '/tabs', '/admin', ...ADMINISTRATION]) {
					await page.goto(path);
					await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
					await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toHaveCount(0);
					expect(await violations(page), path).toEqual([]);
				}
				await page.goto('/system');
				await expect(page.getByRole('rowheader', { name: 'persistence' })).toBeVisible();
				expect(await violations(page)).toEqual([]);
			});
		});
	}
}
