import { expect } from '@playwright/test';

import { test } from '../technician.js';

test('an administrator sees every worker and how it does', async ({ technician }) => {
	const { page } = technician;
	await page.getByRole('link', { name: 'Admin', exact: true }).click();
	await page.getByRole('link', { name: /^System/ }).click();
	const row = (worker: string) =>
		page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: worker, exact: true }) });
	for (const worker of ['persistence', 'sync', 'assignment', 'unavailable', 'ping', 'notification', 'presence', 'housekeeping'])
		await expect(row(worker)).toContainText('Running');
});

test('clients about whom nobody could be told are shown to administrators', async ({ technician }) => {
	const { page } = technician;
	// They wrote before anybody was online, and no mail server takes the e-mails.
	await page.getByRole('link', { name: /clients wait, and nobody could be told$/ }).click();
	const untold = page.getByRole('region', { name: /clients wait, and nobody could be told$/ });
	await untold.getByRole('link', { name: /waits/ }).first().click();
	await expect(technician.compose).toBeVisible();
});

test('what was sent is in the delivery log, with its result', async ({ technician }) => {
	await technician.page.getByRole('link', { name: 'Admin', exact: true }).click();
	await technician.page.getByRole('link', { name: 'Delivery log' }).click();
	const rows = technician.page.getByRole('row').filter({ hasText: 'E-mail' });
	await expect(rows.first()).toContainText('Failed');
	await expect(rows.first()).toContainText('no mail server is configured');
});
