import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

import type { Device } from '../device.js';
import { environment, test, unique } from '../technician.js';

test('an administrator makes a key, a device comes in by it, and it is seen to be used up', async ({
	technician,
}) => {
	const { page } = technician;
	const name = unique('New laptops');
	const key = await makesKey(page, name);
	await expect(row(page, name)).toContainText('0 of 1');
	await expect(row(page, name)).toContainText('Good');

	const enrolled = enrols(key, unique('PC').replace(' ', '-'));
	await page.goto('/enrolment-keys');
	await expect(row(page, name)).toContainText('1 of 1');
	await expect(row(page, name)).toContainText('Used up');
	await page.goto(`/assets/${enrolled}`);
	await page.getByRole('tab', { name: 'Device', exact: true }).click();
	await expect(page.getByRole('definition').filter({ hasText: name })).toBeVisible();
	expect(() => enrols(key, 'ANOTHER')).toThrow(/has let in as many devices as it was made for/);
});

test('a key that is revoked lets nobody in, and stays in the list', async ({ technician }) => {
	const { page } = technician;
	const name = unique('Lost key');
	const key = await makesKey(page, name);
	await row(page, name).getByRole('button', { name: `Revoke ${name}` }).click();
	const question = page.getByRole('dialog', { name: `Revoke “${name}”?` });
	expect(await violations(page)).toEqual([]);
	await question.getByRole('button', { name: 'Revoke' }).click();
	await expect(row(page, name)).toContainText('Revoked');
	await expect(row(page, name).getByRole('button')).toHaveCount(0);
	expect(() => enrols(key, 'PC-1')).toThrow(/was revoked/);
});

test('a device that is cut off loses its connection, and the asset says who did it', async ({
	technician,
	device,
}) => {
	const { page } = technician;
	await expect.poll(() => link(device)).toBe('online');
	await opensDevice(page, device);
	await page.getByRole('button', { name: 'Rotate the credential' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
	await expect(page.getByRole('region', { name: 'Credentials of the device' })).toContainText('asked to take another one');

	await page.getByRole('button', { name: 'Cut off' }).click();
	const question = page.getByRole('dialog', { name: `Cut ${device.name} off?` });
	expect(await violations(page)).toEqual([]);
	await question.getByRole('button', { name: 'Leave it' }).click();
	await expect(question).toHaveCount(0);
	expect(link(device)).toBe('online');

	await page.getByRole('button', { name: 'Cut off' }).click();
	await question.getByRole('button', { name: 'Cut it off' }).click();
	await expect.poll(() => link(device)).toBe('refused');
	await expect(page.getByRole('button', { name: 'Cut off' })).toHaveCount(0);
	await opensDevice(page, device);
	const credentials = page.getByRole('region', { name: 'Credentials of the device' });
	await expect(credentials).toContainText(`by ${await technician.name()}`);
	await expect(credentials).toContainText('The broker refuses it since');
});

for (const colorScheme of ['light', 'dark'] as const) {
	for (const width of [390, 1440]) {
		test.describe(`${colorScheme}, ${width} wide`, () => {
			test.use({ colorScheme, viewport: { width, height: 800 } });

			test('enrolment keys and a device are open to everybody', async ({ technician, device }) => {
				const { page } = technician;
				await page.goto('/enrolment-keys');
				await expect(page.getByRole('table').getByRole('row').nth(1)).toBeVisible();
				expect(await violations(page)).toEqual([]);
				await page.getByRole('button', { name: 'New enrolment key' }).click();
				await expect(page.getByRole('option').first()).toBeAttached();
				expect(await violations(page)).toEqual([]);
				await opensDevice(page, device);
				expect(await violations(page)).toEqual([]);
			});
		});
	}
}

/** Makes a key for one device of some customer, and gives it as the page shows it. */
async function makesKey(page: Page, name: string): Promise<string> {
	await page.goto('/admin');
	await page.getByRole('link', { name: 'Enrolment keys' }).click();
	await page.getByRole('button', { name: 'New enrolment key' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
	const customers = dialog.getByRole('listbox', { name: 'Customer' });
	await customers.selectOption({ index: 0 });
	await dialog.getByRole('button', { name: 'Make the key' }).click();
	await expect(page.getByRole('dialog', { name: 'The key' })).toBeVisible();
	expect(await violations(page)).toEqual([]);
	const [key = '', command = ''] = await dialog.locator('code').allTextContents();
	expect(command).toBe(`trayline-agent install --server ${environment('TRAYLINE_URL')} --key ${key}`);
	await dialog.getByRole('button', { name: 'Done' }).click();
	return key;
}

/** A device enrols by this key. Its asset. */
function enrols(key: string, name: string): string {
	const folder = mkdtempSync(join(tmpdir(), 'trayline-enrolled-'));
	try {
		const server = environment('TRAYLINE_URL');
		const place = ['--server', server, '--key', key, '--name', name, '--state-dir', folder];
		return execFileSync(environment('TRAYLINE_AGENT'), ['enrol', ...place], { encoding: 'utf8' }).trim();
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function opensDevice(page: Page, device: Device): Promise<void> {
	const found = await page.request.get('/api/v1/assets', { params: { search: device.name } });
	const { assets } = (await found.json()) as { assets: { asset_id: string }[] };
	await page.goto(`/assets/${assets[0]?.asset_id ?? ''}`);
	await page.getByRole('tab', { name: 'Device', exact: true }).click();
	await expect(page.getByRole('region', { name: 'Credentials of the device' })).toBeVisible();
}

const row = (page: Page, name: string): Locator => page.getByRole('row').filter({ hasText: name });

/** The state of the device's link that its agent told last. */
function link(device: Device): unknown {
	return device.events.findLast((event) => event.event === 'link')?.state;
}

async function violations(page: Page): Promise<string[]> {
	const { violations: found } = await new AxeBuilder({ page }).analyze();
	return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}
