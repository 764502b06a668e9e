import { expect, type APIRequestContext } from '@playwright/test';

import { secondTab, test } from '../technician.js';

test('a chat is released and taken, and a second tab sees it at once', async ({ technician, context }) => {
	await technician.opensDeviceChat();
	const second = await secondTab(context, technician);
	const { page } = technician;
	const take = page.getByRole('button', { name: 'Take', exact: true });
	const release = page.getByRole('button', { name: 'Release' });
	await expect(take.or(release)).toBeVisible();
	if (await release.isVisible()) await release.click();
	else await page.keyboard.press('Escape');
	await take.click();
	await expect(page.getByTestId('assignee')).toHaveText('yours');
	await expect(second.page.getByTestId('assignee')).toHaveText('yours');
	await second.page.getByRole('button', { name: 'Release' }).click();
	await expect(page.getByTestId('assignee')).toHaveText('unassigned');
});

test('starting a chat on an asset that has one opens that one and says so', async ({ technician }) => {
	await technician.opensDeviceChat();
	const { page } = technician;
	const address = page.url();
	const { chat } = await (await page.request.get(`/api/v1/chats/${address.split('/').at(-1)}`)).json();
	await page.getByRole('button', { name: 'Start chat' }).click();
	await page.getByRole('combobox', { name: 'Search customers, contacts and assets' }).fill(chat.asset.name);
	await page.getByRole('option', { name: chat.customer.name }).first().click();
	await expect(page.getByText(`${chat.asset.name} already has an open chat. Here it is.`)).toBeVisible();
	await expect(page).toHaveURL(address);
});

test('a chat is started on an asset, written to and closed; then the list no longer has it', async ({ technician }) => {
	const { page } = technician;
	const count = page.getByTestId('count-all');
	await expect(count).toHaveText(/\d/);
	const before = Number(await count.textContent());
	const asset = await freeAsset(page.request);
	await page.keyboard.press('n');
	await page.getByRole('combobox', { name: 'Search customers, contacts and assets' }).fill(asset);
	await expect(page.getByRole('option')).toHaveCount(1);
	await page.keyboard.press('Enter');
	await expect(count).toHaveText(String(before + 1));
	await expect(page.getByText('Nothing was said yet.')).toBeVisible();
	await technician.says('Good morning, a word about the update tonight.');
	await expect(page.getByTestId('delivery')).toHaveAttribute('data-delivery', 'stored');
	await page.getByRole('button', { name: 'Close chat' }).click();
	await expect(page.getByTestId('assignee')).toHaveText('closed');
	await expect(page.getByText('It is archived.')).toBeVisible();
	await expect(count).toHaveText(String(before));
	await expect(technician.compose).toHaveCount(0);
});

test('on a narrow screen there is one pane at a time', async ({ technician }) => {
	const { page } = technician;
	await page.setViewportSize({ width: 360, height: 740 });
	await technician.opensDeviceChat();
	await expect(page.locator('#chat-list')).toBeHidden();
	await page.getByRole('link', { name: 'Back to the chats' }).click();
	await expect(page.locator('#chat-list')).toBeVisible();
	await expect(technician.compose).toHaveCount(0);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

/** The name of an asset that has no open chat, and that no other name has in it. */
async function freeAsset(request: APIRequestContext): Promise<string> {
	const { assets } = (await (await request.get('/api/v1/assets?limit=100')).json()) as { assets: Named[] };
	const { chats } = (await (await request.get('/api/v1/chats?limit=100')).json()) as { chats: { asset: Named }[] };
	const busy = new Set(chats.map((chat) => chat.asset.asset_id));
	for (const { asset_id, name } of assets.reverse()) {
		if (busy.has(asset_id)) continue;
		const found = await (await request.get(`/api/v1/assets?search=${encodeURIComponent(name)}`)).json();
		if (found.assets.length === 1) return name;
	}
	throw new Error('every asset has an open chat');
}

interface Named {
	asset_id: string;
	name: string;
}
