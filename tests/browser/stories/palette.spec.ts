import { expect } from '@playwright/test';

import { test, unique } from '../technician.js';

const SEARCH = 'Search pages, customers, contacts, assets and chats';

test('the command palette reaches pages, assets and chats by keys alone', async ({ technician, device }) => {
	const { page } = technician;
	const field = page.getByRole('combobox', { name: SEARCH });
	const option = page.getByRole('dialog', { name: 'Go to' }).getByRole('option');
	await page.keyboard.press('Control+k');
	await page.keyboard.press('Control+k');
	await expect(field).toHaveCount(0);

	await page.keyboard.press('Control+k');
	await expect(field).toBeFocused();
	await page.keyboard.type('ticke');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: 'Tickets', level: 1 })).toBeVisible();
	await expect(field).toHaveCount(0);

	await page.getByRole('button', { name: 'Search', exact: true }).click();
	await field.fill(device.name);
	await expect(option).toHaveText([new RegExp(device.name), /Start a chat/]);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: device.name, level: 1 })).toBeVisible();

	await page.keyboard.press('Control+k');
	await field.fill(device.name);
	await expect(option).toHaveCount(2);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/chats\/[0-9a-f-]+$/);
	const address = page.url();
	await expect(technician.compose).toBeVisible();

	await page.goto('/customers');
	await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
	await page.keyboard.press('Control+k');
	await field.fill(device.name);
	await expect(option.filter({ hasText: 'Open its chat' })).toBeVisible();
	await option.filter({ hasText: 'Open its chat' }).click();
	await expect(page).toHaveURL(address);
	await page.keyboard.press('Control+k');
	await field.fill(unique('nothing is called'));
	await expect(page.getByText('Nothing has that in its name.')).toBeVisible();
	await expect(option).toHaveCount(0);
	await page.keyboard.press('Escape');
	await expect(field).toHaveCount(0);
});

test('a chat is started with an asset of a customer, whoever it is of, by keys alone', async ({ technician, device }) => {
	const { page } = technician;
	const { assets } = await (await page.request.get(`/api/v1/assets?search=${device.name}`)).json();
	const { customer } = assets[0];
	await page.keyboard.press('n');
	const dialog = page.getByRole('dialog', { name: 'Start a chat' });
	await page.getByRole('combobox', { name: 'Search customers, contacts and assets' }).fill(customer.name);
	const holder = dialog.getByRole('group', { name: 'Customers' }).getByRole('option', { name: customer.name });
	await expect(holder.first()).toContainText('Show assets');
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Enter');
	await expect(holder.first()).toContainText('Hide assets');
	const own = dialog.getByRole('group', { name: 'Customers' }).getByRole('option', { name: device.name });
	await expect(own).toBeVisible();
	while ((await own.getAttribute('aria-selected')) !== 'true') await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/chats\/[0-9a-f-]+$/);
	await expect(technician.compose).toBeFocused();
});

test('whoever types and presses Enter at once starts the chat with what they typed', async ({ technician, device }) => {
	const { page } = technician;
	await page.keyboard.press('n');
	const dialog = page.getByRole('dialog', { name: 'Start a chat' });
	await expect(dialog.getByRole('option').nth(1)).toBeVisible();
	await page.keyboard.type(device.name);
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/chats\/[0-9a-f-]+$/);
	await expect(page.getByRole('banner').or(page.getByRole('log')).first()).toBeVisible();
	await expect(page.locator('header').filter({ hasText: device.name })).toBeVisible();
});
