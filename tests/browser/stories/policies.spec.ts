import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

import type { Device } from '../device.js';
import { test, unique } from '../technician.js';

test('the menu that a technician makes is on the connected device', async ({ technician, device }) => {
	const { page } = technician;
	const policy_id = await addsPolicy(page, unique('Front desks'));
	await givesPolicy(page, device, policy_id);

	await page.getByRole('radio', { name: 'A menu of its own' }).check();
	await page.getByRole('button', { name: 'Live Chat', exact: true }).click();
	const last = entry(page, 'Live Chat').last();
	await last.getByRole('checkbox', { name: 'Inherit Menu Title' }).uncheck();
	const title = unique('Ask the front desk');
	await last.getByRole('textbox', { name: 'Menu Title' }).fill(title);
	await expect(preview(page).getByRole('listitem').last()).toHaveText(title);
	await saves(page);
	await expect.poll(() => titles(device).at(-1)).toBe(title);

	const changed = unique('Ask anybody');
	await last.getByRole('textbox', { name: 'Menu Title' }).fill(changed);
	await saves(page);
	await expect.poll(() => titles(device).at(-1)).toBe(changed);

	await last.getByRole('combobox', { name: 'On or off' }).selectOption({ label: 'Off: not shown' });
	await expect(preview(page)).not.toContainText(changed);
	await saves(page);
	await expect.poll(() => titles(device)).not.toContain(changed);
});

test('a menu is put together and in order by keys alone', async ({ technician, device }) => {
	const { page } = technician;
	const policy_id = await addsPolicy(page, unique('Kiosks'));
	await givesPolicy(page, device, policy_id);
	await page.getByRole('radio', { name: 'A menu of its own' }).check();
	const remove = entry(page).getByRole('button', { name: /^Remove: / });
	for (let left = await remove.count(); left > 0; left -= 1) {
		await remove.first().press('Enter');
		await expect(remove).toHaveCount(left - 1);
	}
	await expect(page.getByRole('button', { name: 'Live Chat', exact: true })).toBeFocused();
	await expect(preview(page)).toHaveText('No entries');

	await page.getByRole('button', { name: 'Separator', exact: true }).press('Enter');
	await page.getByRole('button', { name: 'Link', exact: true }).press('Enter');
	await expect(entry(page, 'Link').getByRole('button', { name: /^Move up/ })).toBeFocused();
	await entry(page, 'Link').getByRole('textbox', { name: 'Title' }).fill('Status');
	await entry(page, 'Link').getByRole('textbox', { name: 'Address' }).fill('https://status.example');
	await page.getByRole('button', { name: 'Live Chat', exact: true }).press('Enter');

	await entry(page, 'Live Chat').getByRole('button', { name: /^Move up/ }).press('Enter');
	await page.keyboard.press('Enter');
	await expect(entry(page, 'Live Chat')).toHaveAccessibleName('Live Chat, entry 1');
	// The key that moved it stays where it is, at the end too.
	await expect(entry(page, 'Live Chat').getByRole('button', { name: /^Move up/ })).toBeFocused();
	await entry(page, 'Link').getByRole('textbox', { name: 'Title' }).press('Alt+ArrowUp');
	await expect(entry(page, 'Link')).toHaveAccessibleName('Link, entry 2');
	await expect(entry(page, 'Link').getByRole('textbox', { name: 'Title' })).toBeFocused();
	await saves(page);

	const sorts = () => menu(device).map((shown) => shown.type);
	await expect.poll(sorts).toEqual(['live_chat', 'link', 'separator']);
	expect(menu(device)[1]).toMatchObject({ title: 'Status', url: 'https://status.example' });
	await page.reload();
	await expect(entry(page, 'Link').getByRole('textbox', { name: 'Address' })).toHaveValue('https://status.example');
});

test('what is not saved is not left behind without a question', async ({ technician }) => {
	const { page } = technician;
	await addsPolicy(page, unique('Warehouses'));
	const name = page.getByRole('textbox', { name: 'Name' });
	const edited = unique('Warehouses and yards');
	await name.fill(edited);
	const ask = page.getByRole('dialog', { name: 'Leave without saving?' });

	await page.getByRole('link', { name: 'All policies' }).click();
	await ask.getByRole('button', { name: 'Stay' }).click();
	await expect(name).toHaveValue(edited);

	await page.goBack();
	await ask.getByRole('button', { name: 'Stay' }).click();
	await expect(name).toHaveValue(edited);

	await page.getByRole('link', { name: 'All policies' }).click();
	await ask.getByRole('button', { name: 'Leave' }).click();
	await expect(page.getByRole('heading', { name: 'Policies' })).toBeVisible();
	await expect(page.getByRole('rowheader', { name: edited })).toHaveCount(0);
});

test('a policy in use stays, and the refusal says who has it', async ({ technician, device }) => {
	const { page } = technician;
	const name = unique('Tills');
	const policy_id = await addsPolicy(page, name);
	await givesPolicy(page, device, policy_id);
	await page.getByRole('link', { name: 'All policies' }).click();
	const remove = page.getByRole('button', { name: `Remove ${name}`, exact: true });
	await remove.click();
	await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
	await expect(page.getByRole('alert')).toContainText('1 device by itself');
	await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click();

	await givesPolicy(page, device, null);
	await remove.click();
	await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
	await expect(remove).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
	for (const width of [360, 1440]) {
		test.describe(`${colorScheme}, ${width} pixels`, () => {
			test.use({ colorScheme, viewport: { width, height: 800 } });

			test('the pages of administration are open to everybody', async ({ technician }) => {
				const { page } = technician;
				await addsPolicy(page, unique('Offices'));
				await page.getByRole('radio', { name: 'A menu of its own' }).check();
				for (const sort of ['Live Chat', 'Separator', 'Link'])
					await page.getByRole('button', { name: sort, exact: true }).click();
				await isOpenToEverybody(page);
				await page.getByRole('button', { name: 'Take back' }).click();
				await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();

				for (const [path, there] of [
					['/admin', page.getByRole('link', { name: 'Policies' })],
					['/policies', page.getByRole('table')],
					['/technicians', page.getByRole('table')],
					['/asset-groups', page.getByRole('button', { name: 'New asset group' })],
				] as const) {
					await page.goto(path);
					await expect(there).toBeVisible();
					await isOpenToEverybody(page);
				}
				await page.getByRole('button', { name: 'New asset group' }).click();
				await expect(page.getByRole('dialog')).toBeVisible();
				await isOpenToEverybody(page);
			});
		});
	}
}

/** Adds a policy, and leaves its editor open. Tells its id. */
async function addsPolicy(page: Page, name: string): Promise<string> {
	await page.getByRole('link', { name: 'Admin', exact: true }).click();
	await page.getByRole('link', { name: 'Policies' }).click();
	await page.getByRole('button', { name: 'New policy' }).click();
	await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(name);
	await page.getByRole('dialog').getByRole('button', { name: 'Add and edit' }).click();
	await expect(page.getByRole('heading', { name })).toBeVisible();
	return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

/** Makes it the device's own policy; none when null. */
async function givesPolicy(page: Page, device: Device, policy_id: string | null): Promise<void> {
	await expect.poll(() => menu(device)).not.toEqual([]);
	const found = await page.request.get('/api/v1/assets', { params: { search: device.name } });
	const { assets } = await found.json();
	const answer = await page.request.patch(`/api/v1/assets/${assets[0].asset_id}`, { data: { policy_id } });
	expect(answer.status()).toBe(200);
}

async function saves(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('Connected devices have it within a second.')).toBeVisible();
}

/** The entries in the editor, of one sort. */
function entry(page: Page, sort = ''): Locator {
	return page.getByRole('list', { name: 'Entries of the menu' }).getByRole('listitem', { name: new RegExp(`^${sort}.*entry`) });
}

function preview(page: Page): Locator {
	return page.getByRole('list', { name: 'Preview of the menu' });
}

interface Shown {
	readonly type: string;
	readonly title?: string;
}

/** The menu that the device was told last. */
function menu(device: Device): readonly Shown[] {
	return (device.events.findLast((event) => event.event === 'about')?.menu ?? []) as readonly Shown[];
}

function titles(device: Device): readonly string[] {
	return menu(device).flatMap(({ title }) => title ?? []);
}

async function isOpenToEverybody(page: Page): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`))).toEqual([]);
	const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
	expect(over, 'nothing is wider than the window').toBe(0);
}
