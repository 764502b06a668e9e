import { expect } from '@playwright/test';

import { test, unique } from '../technician.js';

test('a canned reply is added, chosen by / in a chat, changed and removed', async ({ technician }) => {
	const { page } = technician;
	const shortcut = unique('reboot').replace(' ', '-');
	const text = 'Please restart the device.\n\nThen tell me <b>what you see</b>.';
	await page.goto('/canned-replies');
	await page.getByRole('button', { name: 'New canned reply' }).click();
	await page.getByLabel('Shortcut').fill(`/${shortcut}`);
	await page.getByLabel('Text').fill(text);
	await page.getByRole('button', { name: 'Add', exact: true }).click();
	await expect(page.getByRole('rowheader', { name: `/${shortcut}` })).toBeVisible();

	await page.getByRole('button', { name: 'New canned reply' }).click();
	await page.getByLabel('Shortcut').fill(shortcut.toUpperCase());
	await page.getByLabel('Text').fill('Another one.');
	await page.getByRole('button', { name: 'Add', exact: true }).click();
	await expect(page.getByText('Another canned reply has this shortcut.')).toBeVisible();
	await page.keyboard.press('Escape');

	await page.goto('/chats');
	await technician.opensDeviceChat();
	const option = page.getByRole('listbox', { name: 'Canned replies' }).getByRole('option');
	await technician.compose.fill('');
	await technician.compose.pressSequentially(`/${shortcut.slice(0, -1)}`);
	await expect(option).toHaveCount(1);
	await expect(technician.compose).toHaveAttribute('aria-activedescendant', (await option.getAttribute('id')) ?? '');
	await page.keyboard.press('Escape');
	await expect(option).toHaveCount(0);
	await expect(technician.compose).toBeFocused();
	await technician.compose.fill('');
	await technician.compose.pressSequentially(`/${shortcut}`);
	await expect(option).toHaveCount(1);
	await page.keyboard.press('Enter');
	await expect(technician.compose).toHaveValue(text);
	await technician.compose.fill('');

	await page.goto('/canned-replies');
	await page.getByRole('button', { name: `Change /${shortcut}` }).click();
	await page.getByLabel('Text').fill('Please turn it off and on.');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByRole('row').filter({ hasText: `/${shortcut}` })).toContainText('Please turn it off and on.');
	await page.getByRole('button', { name: `Remove /${shortcut}` }).click();
	await page.getByRole('button', { name: 'Remove', exact: true }).click();
	await expect(page.getByRole('rowheader', { name: `/${shortcut}` })).toHaveCount(0);
});
