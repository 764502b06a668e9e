import { expect } from '@playwright/test';

import { test, unique } from '../technician.js';

test('an administrator adds a technician, disables them and lets them in again', async ({ technician, browser }) => {
	const { page } = technician;
	const name = unique('Nora');
	const email = `${name.replace(' ', '.').toLowerCase()}@example.com`;
	await page.getByRole('link', { name: 'Admin', exact: true }).click();
	await page.getByRole('link', { name: /^Technicians/ }).click();
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
	await expect(row).toContainText('Technicians');
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
	await expect(other.getByRole('button', { name: /^(Rename|Disable|Groups of)/ })).toHaveCount(0);

	await page.getByRole('button', { name: `Disable ${name}` }).click();
	await dialog.getByRole('button', { name: 'Disable', exact: true }).click();
	await expect(row).toContainText('Disabled');
	await expect(other.getByRole('button', { name: 'Sign in' })).toBeVisible();
	await other.close();

	await page.getByRole('button', { name: `Enable ${name}` }).click();
	await dialog.getByRole('button', { name: 'Enable', exact: true }).click();
	await expect(row).toContainText('Offline');
});

test('an administrator is told before they step down, and the last one stays', async ({ technician }) => {
	const { page } = technician;
	await page.goto('/technicians');
	const mine = page.getByRole('row').filter({ hasText: '(you)' });
	await mine.getByRole('button', { name: /^Groups of/ }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('checkbox', { name: 'Administrators' }).uncheck();
	await expect(dialog.getByRole('alert')).toContainText('You could change nothing on this page any more.');
	await dialog.getByRole('button', { name: 'Give up the right' }).click();
	await expect(dialog).toContainText('Nobody would be left who may manage technicians.');
	await page.keyboard.press('Escape');
	await expect(mine).toContainText('Administrators');
});

test('a group is made, and what its members may do changes on their open page at once', async ({
	technician,
	colleague,
}) => {
	const { page } = technician;
	const name = unique('Night shift');
	const member = await colleague.name();
	await page.goto('/security-groups');
	await page.getByRole('button', { name: 'New security group' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
	await dialog.getByRole('checkbox', { name: 'Operate' }).check();
	await dialog.getByRole('checkbox', { name: member }).check();
	await dialog.getByRole('button', { name: 'Add', exact: true }).click();
	const row = page.getByRole('row').filter({ hasText: name });
	await expect(row).toContainText(member);

	const theirs = colleague.page;
	await theirs.goto('/admin');
	await expect(theirs.getByRole('link', { name: /^System/ })).toBeVisible();
	await page.getByRole('button', { name: `Remove ${name}` }).click();
	await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
	await expect(row).toHaveCount(0);
	await expect(theirs.getByRole('link', { name: /^System/ })).toHaveCount(0);
});

test('who may not use chat has no bubble, no tab and no list', async ({ technician, colleague }) => {
	const { page } = technician;
	const theirs = colleague.page;
	await theirs.goto('/chats');
	await expect(theirs.getByRole('link', { name: /^Chats: / })).toBeVisible();
	await page.goto('/technicians');
	await page.getByRole('button', { name: `Groups of ${await colleague.name()}` }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('checkbox', { name: 'Technicians' }).uncheck();
	await dialog.getByRole('button', { name: 'Save' }).click();

	await expect(theirs.getByRole('heading', { name: 'You may not use chat' })).toBeVisible();
	await expect(theirs.getByRole('link', { name: /^Chats: / })).toHaveCount(0);
	await expect(theirs.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chat' })).toHaveCount(0);
});
