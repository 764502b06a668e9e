import { expect, test as base } from '@playwright/test';

import { test } from '../technician.js';

base('a wrong password is said clearly, and nothing is shown', async ({ page }) => {
	await page.goto('/chats');
	await expect(page).toHaveURL(/\/sign-in\?next=%2Fchats$/);
	await page.getByLabel('E-mail address').fill('nobody@example.test');
	await page.getByLabel('Password', { exact: true }).fill('wrong');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('alert')).toHaveText('The e-mail address or the password is wrong.');
	await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('autocomplete', 'current-password');
});

test('whoever signs in sees the chats, and no longer once signed out', async ({ technician }) => {
	const { page } = technician;
	await expect(technician.chats.first()).toBeVisible();
	await expect(page.getByTestId('count-all')).toHaveText(/^[1-9]\d*$/);
	await expect(page).toHaveTitle(/^(\(\d+\) )?Chats · Trayline$/);
	await page.getByRole('button', { name: /^Account/ }).click();
	await page.getByRole('menuitem', { name: 'Sign out' }).click();
	await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
	await page.goto('/chats');
	await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});
