import { expect } from '@playwright/test';

import { code } from '../authenticator.js';
import { Technician, test } from '../technician.js';

const PASSWORD = 'correct horse battery';

test('a technician sees where they are signed in, and signs out elsewhere', async ({ colleague, browser }) => {
	const email = await colleague.page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).email);
	const elsewhere = new Technician(await (await browser.newContext()).newPage());
	await elsewhere.signsIn(email, PASSWORD);

	const { page } = colleague;
	await page.getByRole('button', { name: /^Account/ }).click();
	await page.getByRole('menuitem', { name: 'Your account' }).click();
	await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible();
	const places = page.getByRole('region', { name: 'Sessions' }).locator('tbody tr');
	await expect(places).toHaveCount(2);
	await expect(places.filter({ hasText: '(here)' })).toHaveCount(1);
	await page.getByRole('button', { name: /^Sign out Chrome/ }).click();
	await expect(places).toHaveCount(1);
	await expect(elsewhere.page.getByText('Your session has ended. Sign in to go on where you were.')).toBeVisible();
});

test('another password is taken, unless it is wrong or easily guessed', async ({ colleague }) => {
	const { page } = colleague;
	await page.goto('/account');
	const takes = async (current: string, wanted: string) => {
		await page.getByLabel('Current password').fill(current);
		await page.getByLabel('New password').fill(wanted);
		await page.getByRole('button', { name: 'Change the password' }).click();
	};
	await takes('wrong', 'kettle-orbit-mango');
	await expect(page.getByRole('alert')).toHaveText('The password is wrong.');
	await takes(PASSWORD, 'qwertyuiop1234');
	await expect(page.getByRole('alert')).toContainText('too easy to guess');
	await takes(PASSWORD, 'kettle-orbit-mango');
	await expect(page.getByText('Your password is changed.')).toBeVisible();
	await page.reload();
	await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible();
});

test('an authenticator is set up, and asked for at the next sign-in', async ({ colleague }) => {
	const { page } = colleague;
	const email = await page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).email);
	await page.goto('/account');
	await page.getByLabel('Your password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Set it up' }).click();
	await expect(page.getByRole('img', { name: 'The key, to scan' })).toBeVisible();
	const secret = (await page.locator('main code').textContent()) ?? '';
	await page.getByLabel('Code', { exact: true }).fill(code(secret, -1));
	await page.getByRole('button', { name: 'Use it' }).click();
	await expect(page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10);
	const recovery = (await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').first().textContent()) ?? '';

	const signsOut = async () => {
		await page.getByRole('button', { name: /^Account/ }).click();
		await page.getByRole('menuitem', { name: 'Sign out' }).click();
		await page.getByLabel('E-mail address').fill(email);
		await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
		await page.getByRole('button', { name: 'Sign in' }).click();
	};
	await signsOut();
	const field = page.getByLabel('Code of your authenticator, or a recovery code');
	await field.fill(code(secret, -1));
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('alert')).toContainText('The code is wrong, or was used before.');
	await field.fill(code(secret, 0));
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');

	await signsOut();
	await field.fill(recovery);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
	await page.goto('/account');
	await expect(page.getByText('You have 9 recovery codes left.')).toBeVisible();
});
