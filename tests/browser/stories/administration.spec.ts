import { expect } from '@playwright/test';

import { test, unique } from '../technician.js';

test('the tab Chat is turned off and on for everybody; the bubble still leads to the chats', async ({ technician }) => {
	const { page } = technician;
	const tab = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chat', exact: true });
	await page.getByRole('link', { name: 'Admin', exact: true }).click();
	await page.getByRole('link', { name: /^Tabs customization/ }).click();
	const box = page.getByRole('checkbox', { name: /^Chat/ });
	await box.uncheck();
	await expect(tab).toBeHidden();
	await page.getByRole('link', { name: /^Chats: / }).click();
	await expect(technician.chats.first()).toBeVisible();
	await page.goBack();
	await box.check();
	await expect(tab).toBeVisible();
});

test('a file is looked at before it is imported; mistakes are told by line, and the same file twice does nothing', async ({
	technician,
}) => {
	const { page } = technician;
	const name = unique('=cmd|Import');
	const choose = (text: string) =>
		page.getByLabel('CSV file').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
	await page.goto('/import');
	await choose(`name\n"${name}"\n""\n`);
	await expect(page.getByRole('heading', { name: /^Nothing can be imported: 1 mistake/ })).toBeVisible();
	await expect(page.getByText(/^Line 3/)).toBeVisible();

	await choose(`name\n"${name}"\n`);
	await expect(page.getByRole('cell', { name, exact: true })).toBeVisible();
	await page.getByRole('button', { name: 'Import' }).click();
	await expect(page.getByText('Done: 1 added, 0 changed, 0 as they were.')).toBeVisible();
	await choose(`name\n"${name}"\n`);
	await expect(page.getByRole('button', { name: 'Nothing to import' })).toBeDisabled();
	await page.goto('/customers');
	await page.getByRole('searchbox').fill(name);
	await expect(page.getByRole('table').getByRole('link')).toHaveText([name]);
});
