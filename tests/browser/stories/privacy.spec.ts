import { readFileSync } from 'node:fs';

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

import { test, unique } from '../technician.js';

/** A new contact of the customer of this device, who uses it. */
async function whoUses(page: Page, device: string): Promise<{ contact_id: string; name: string }> {
	const found = await page.request.get(`/api/v1/assets?search=${device}`);
	const [asset] = (await found.json()).assets;
	const name = unique('Ann Ash');
	const added = await page.request.post('/api/v1/contacts', {
		data: { customer_id: asset.customer.customer_id, name },
	});
	const { contact_id } = await added.json();
	await page.request.patch(`/api/v1/assets/${asset.asset_id}`, { data: { contact_id } });
	return { contact_id, name };
}

async function isAccessible(page: Page): Promise<void> {
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
}

test('what is kept of a contact is handed out as a file, and erased for good by typing the name', async ({
	technician,
	device,
}) => {
	test.setTimeout(180_000);
	const { page } = technician;
	const { contact_id, name } = await whoUses(page, device.name);
	const words = unique('my marmalade is in the printer');
	device.says(words);
	await technician.searches(words);
	await page.goto(`/contacts/${contact_id}`);
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('link', { name: 'Export' }).click(),
	]);
	const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\n');
	const objects = lines.map((line) => JSON.parse(line) as { type: string; text?: string });
	expect(objects.map((object) => object.type)).toEqual(['contact', 'asset', 'chat', 'message', 'end']);
	expect(objects[3]?.text).toBe(words);

	await page.getByRole('button', { name: 'Erase…' }).click();
	const dialog = page.getByRole('dialog', { name: 'Erase this contact' });
	await dialog.getByLabel(/^Type/).fill('Somebody else');
	await dialog.getByRole('button', { name: 'Erase for good' }).click();
	await expect(dialog.getByRole('alert')).toContainText('This is not the name as it is kept.');
	await isAccessible(page);
	await dialog.getByLabel(/^Type/).fill(name);
	await dialog.getByRole('button', { name: 'Erase for good' }).click();

	await expect(page.getByRole('heading', { name: 'Erased contact', level: 1 })).toBeVisible();
	await expect(page.getByRole('status').getByText(/^This was erased .*, with 1 chat\./)).toBeVisible({
		timeout: 90_000,
	});
	await isAccessible(page);
	const archived = await page.request.get(`/api/v1/chats/archived?search=${encodeURIComponent(words)}`);
	expect((await archived.json()).chats).toEqual([]);
});

test('a customer says for how long its chats are kept', async ({ technician }) => {
	const { page } = technician;
	const added = await page.request.post('/api/v1/customers', { data: { name: unique('Harbour Dental') } });
	const { customer_id } = await added.json();
	await page.goto(`/customers/${customer_id}`);
	await expect(page.getByText('Ended chats are kept: As long as is usual here')).toBeVisible();

	await page.getByRole('button', { name: 'Edit' }).click();
	await page.getByLabel('Ended chats are kept').selectOption('2 years');
	await isAccessible(page);
	await page.getByRole('button', { name: 'Save' }).click();

	await expect(page.getByText('Ended chats are kept: 2 years')).toBeVisible();
	await page.reload();
	await expect(page.getByText('Ended chats are kept: 2 years')).toBeVisible();
	await isAccessible(page);
});
