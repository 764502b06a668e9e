import { expect, type Page } from '@playwright/test';

import { test, unique } from '../technician.js';

/** Goes to a page by its tab. */
async function goesTo(page: Page, tab: string): Promise<void> {
	await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: tab, exact: true }).click();
	await expect(page.getByRole('heading', { name: tab, level: 1 })).toBeVisible();
}

test('a customer is added, renamed, and found; so is its contact', async ({ technician }) => {
	const { page } = technician;
	const name = unique('Northwind Bakery');
	await page.getByRole('button', { name: 'New', exact: true }).click();
	await page.getByRole('menuitem', { name: 'New customer' }).click();
	await page.getByLabel('Name').fill(name);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();

	await page.getByRole('button', { name: 'New contact' }).click();
	await page.getByLabel('Name').fill('<b>Zoë</b> O’Brien');
	await page.getByLabel('E-mail').fill('zoe@northwind.example');
	await page.getByRole('button', { name: 'Add', exact: true }).click();
	await page.getByRole('link', { name: '<b>Zoë</b> O’Brien' }).click();
	await expect(page.getByRole('heading', { name: '<b>Zoë</b> O’Brien', level: 1 })).toBeVisible();
	await page.getByRole('button', { name: 'Edit' }).click();
	await page.getByLabel('Telephone').fill('+44 20 7946 0000');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('+44 20 7946 0000')).toBeVisible();

	await page.getByRole('link', { name }).click();
	await page.getByRole('button', { name: 'Edit' }).click();
	await page.getByLabel('Name').fill(`${name} Ltd`);
	await page.getByRole('button', { name: 'Save' }).click();
	await goesTo(page, 'Customers');
	await page.getByRole('searchbox').fill(name);
	await expect(page.getByRole('table').getByRole('link')).toHaveText([`${name} Ltd`]);
});

test('a list is sorted the other way round, and more of it comes when asked for', async ({ technician }) => {
	const { page } = technician;
	await goesTo(page, 'Assets');
	const names = page.getByRole('row').locator('td:first-child a');
	await expect(names).toHaveCount(50);
	const first = await names.first().textContent();
	await page.getByRole('button', { name: 'Show more' }).click();
	await expect(names).toHaveCount(100);
	await page.getByRole('button', { name: 'Name' }).click();
	await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'descending');
	await expect(names).toHaveCount(50);
	expect(await names.first().textContent()).not.toBe(first);
});

test('a chat is started from an asset’s quick view and from its page; the second opens the first', async ({
	technician,
	device,
}) => {
	const { page } = technician;
	await goesTo(page, 'Assets');
	await page.getByRole('searchbox').fill(device.name);
	const link = page.getByRole('link', { name: device.name });
	await link.hover();
	const start = page.getByRole('button', { name: 'Start chat' });
	await start.click();
	await expect(page).toHaveURL(/\/chats\/[0-9a-f-]+$/);
	const address = page.url();
	await goesTo(page, 'Assets');
	await page.getByRole('searchbox').fill(device.name);
	await link.click();
	await start.click();
	await expect(page.getByText(`${device.name} already has an open chat. Here it is.`)).toBeVisible();
	await expect(page).toHaveURL(address);
});

test('a ticket is made of a chat, and shows its asset and transcript; the chat is archived and exported', async ({
	technician,
	device,
}) => {
	const { page } = technician;
	const words = unique('The scanner <script>alert(1)</script> is slow');
	device.says(words);
	await technician.searches(words);
	await technician.chats.first().click();
	await page.getByRole('button', { name: 'Create ticket…' }).click();
	await expect(page.getByLabel('Subject')).toHaveValue(words);
	await page.getByRole('button', { name: 'Create ticket', exact: true }).click();
	await page.getByRole('button', { name: 'Show it' }).click();
	await expect(page.getByRole('heading', { name: words, level: 1 })).toBeVisible();
	await expect(page.getByRole('link', { name: device.name })).toBeVisible();
	await page.getByLabel('State').selectOption('In progress');
	const address = page.url();
	await page.getByRole('button', { name: `What to do with ${device.name}` }).click();
	await page.getByRole('menuitem', { name: 'Start chat' }).click();
	await expect(page.getByText(`${device.name} already has an open chat. Here it is.`)).toBeVisible();
	await expect(technician.bubbles(words)).toBeVisible();
	await page.goto(address);

	await page.getByRole('link', { name: /^Chat of / }).click();
	await page.getByRole('button', { name: 'Close chat' }).click();
	await page.getByRole('button', { name: 'Close it anyway' }).click();
	await expect(page.getByText('It is archived.')).toBeVisible();
	await goesTo(page, 'Tickets');
	await page.getByRole('searchbox').fill(words);
	const row = page.getByRole('row').filter({ hasText: words });
	await expect(row).toContainText('In progress');
	await row.getByRole('link').last().click();
	await page.getByRole('tab', { name: 'Archived chats' }).click();
	await page.getByRole('searchbox', { name: 'Search archived chats' }).fill(words);
	const archived = page.getByRole('row').filter({ hasText: device.name });
	await expect(archived).toHaveCount(1);
	const downloading = page.waitForEvent('download');
	await archived.getByRole('link', { name: 'Text' }).click();
	const file = await (await downloading).createReadStream();
	const text = (await file.toArray()).join('');
	expect(text).toContain(words);
	await archived.getByRole('link', { name: device.name }).click();
	await expect(technician.bubbles(words)).toBeVisible();
	await expect(technician.compose).toBeHidden();
});
