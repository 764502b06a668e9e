import { expect } from '@playwright/test';

import { test, unique } from '../technician.js';

test('what waits is said by the bubble, the title and the icon of every page, and follows', async ({
	technician,
	device,
}) => {
	const { page } = technician;
	const icon = () => page.locator('link[rel=icon]').getAttribute('href');
	const words = unique('Every page says so');
	device.says(words);
	for (const path of ['/customers', '/notifications', '/admin', '/chats']) {
		await page.goto(path);
		await expect(page).toHaveTitle(/^\([1-9]\d*\) .+ · Trayline$/);
		const count = /^\((\d+)\)/.exec(await page.title())?.[1] ?? '';
		await expect(page.getByTestId('bubble')).toHaveText(count);
		expect(decodeURIComponent((await icon()) ?? '')).toContain(`>${count}</text>`);
	}
	await page.goto('/customers');
	const before = Number(await page.getByTestId('bubble').textContent());
	const { chats } = await (await page.request.get('/api/v1/chats', { params: { search: words } })).json();
	await page.request.post(`/api/v1/chats/${chats[0].chat_id}/close`);
	await expect(page).toHaveTitle(before === 1 ? 'Customers · Trayline' : `(${before - 1}) Customers · Trayline`);
});

test('keys are listed by ?, and n starts a chat, on every page; not where one writes', async ({ technician }) => {
	const { page } = technician;
	for (const path of ['/customers', '/notifications', '/chats']) {
		await page.goto(path);
		await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
		await page.keyboard.press('?');
		await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
		await page.keyboard.press('Escape');
		await page.keyboard.press('n');
		await expect(page.getByRole('dialog', { name: 'Start a chat' })).toBeVisible();
		await page.keyboard.press('Escape');
	}
	await page.getByRole('searchbox', { name: /^Search chats/ }).fill('');
	await page.keyboard.type('n?');
	await expect(page.getByRole('searchbox', { name: /^Search chats/ })).toHaveValue('n?');
	await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the menu at the top begins a chat, a ticket, a customer, a contact and an asset', async ({ technician }) => {
	const { page } = technician;
	for (const name of ['chat', 'ticket', 'customer', 'contact', 'asset']) {
		await page.getByRole('button', { name: 'New', exact: true }).click();
		await page.getByRole('menuitem', { name: `New ${name}` }).click();
		await expect(page.getByRole('dialog')).toBeVisible();
		await page.keyboard.press('Escape');
		await expect(page.getByRole('dialog')).toHaveCount(0);
	}
});
