import { expect } from '@playwright/test';

import { test, unique } from '../technician.js';

test('a chat is found, read, answered and left by keys alone', async ({ technician }) => {
	const { page } = technician;
	// Its device may have come up a moment ago, and would come to the top of the list.
	const words = 'monitor stays black since this morning';
	await technician.searches(words);
	await page.reload();
	await expect(technician.chats.first()).toBeVisible();
	await page.keyboard.press('j');
	await expect(technician.chats.first()).toBeFocused();
	await page.keyboard.press('j');
	await expect(technician.chats.nth(1)).toBeFocused();
	await page.keyboard.press('ArrowUp');
	await expect(technician.chats.first()).toBeFocused();

	await page.keyboard.press('/');
	await expect(page.getByRole('searchbox', { name: /^Search chats/ })).toBeFocused();
	await page.keyboard.type(words);
	await expect(technician.chats).toHaveCount(1);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await expect(technician.compose).toBeVisible();
	await page.keyboard.press('r');
	await expect(technician.compose).toBeFocused();
	const text = unique('typed by hand');
	await page.keyboard.type(text);
	await page.keyboard.press('Shift+Enter');
	await page.keyboard.type('second line');
	await page.keyboard.press('Enter');
	await expect.poll(() => technician.texts()).toContain(`${text}\nsecond line`);
	await page.keyboard.press('Escape');
	await expect(page.locator('#chat-list a[aria-current]')).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(page).toHaveURL(/\/chats$/);

	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('dialog')).toHaveCount(0);
});
