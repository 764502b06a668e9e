import { expect } from '@playwright/test';

import { test, unique } from '../technician.js';

test('an administrator adds a technician, disables them and lets them in again', async ({ technician, browser }) => {
	const { page } = technician;
	const name = unique('Nora');
	const email = `${name.replace(' ', '.').toLowerCase()}@example.com`;
	await page.getByRole('link', { name: 'Admin', exact: true }).click();
	await page.getByRole('link', { name: 'Technicians' }).click();
	const dialog = page.getByRole('dialog');
	const adds = async () => {
		await page.getByRole('button', { name: 'Add a technician' }).click();
		await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
		await dialog.getByRole('textbox', { name: 'E-mail address' }).fill(email);
		await dialog.getByLabel('Password').fill('correct horse battery');
		await dialog.getByRole('button', { name: 'Add', exact: true }).click();
	};
	await adds();
	const row = page.getByRole('row').filter({ hasText: email });
	await expect(row.getByRole('checkbox', { name: 'May chat' })).toBeChecked();
	await expect(row).toContainText('Offline');
	await adds();
	await expect(dialog.getByRole('alert')).toContainText('has this address already');
	await page.keyboard.press('Escape');

	const other = await browser.newPage();
	await other.goto('/sign-in');
	await other.getByLabel('E-mail address').fill(email);
	await other.getByLabel('Password', { exact: true }).fill('correct horse battery');
	await other.getByRole('button', { name: 'Sign in' }).click();
	await expect(row).toContainText('Online');

	// Who is no administrator reads only.
	await other.goto('/technicians');
	await expect(other.getByRole('row').filter({ hasText: email })).toBeVisible();
	await expect(other.getByRole('checkbox')).toHaveCount(0);

	await page.getByRole('button', { name: `Disable ${name}` }).click();
	await dialog.getByRole('button', { name: 'Disable', exact: true }).click();
	await expect(row).toContainText('Disabled');
	await expect(other.getByRole('button', { name: 'Sign in' })).toBeVisible();
	await other.close();

	await page.getByRole('button', { name: `Enable ${name}` }).click();
	await dialog.getByRole('button', { name: 'Enable', exact: true }).click();
	await expect(row).toContainText('Offline');
});

test('an administrator is asked before they step down', async ({ technician }) => {
	const { page } = technician;
	await page.goto('/technicians');
	const mine = page.getByRole('row').filter({ hasText: '(you)' }).getByRole('checkbox', { name: 'Administrator' });
	await mine.click();
	await page.getByRole('button', { name: 'Stay administrator' }).click();
	await expect(mine).toBeChecked();
	await page.reload();
	await expect(mine).toBeChecked();
});
