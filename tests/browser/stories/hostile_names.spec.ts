import { expect, type Page } from '@playwright/test';

import { test, unique } from '../technician.js';

/** Text that would be an element, a script or an attribute wherever it is not taken as text. */
const hostile = (what: string) => `"'><img src=x onerror=hurt()><script>hurt()</script>{@html '${unique(what)}'}`;

test('whatever is imported, enrolled or written by a client is text on every page that shows it', async ({
	technician,
	device,
}) => {
	test.setTimeout(180_000);
	const { page } = technician;
	await page.addInitScript(() => {
		Object.assign(window, { hurt: () => document.documentElement.setAttribute('data-hurt', '') });
	});
	const [customer, contact, asset, email] = [hostile('customer'), hostile('contact'), hostile('asset'), hostile('mail')];
	const imports = async (kind: string, columns: string, ...cells: string[]) => {
		const quoted = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
		const answer = await page.request.post(`/api/v1/imports/${kind}?preview=false`, {
			headers: { 'content-type': 'text/csv' },
			data: `${columns}\n${quoted}\n`,
		});
		expect(answer.status(), await answer.text()).toBe(200);
	};
	await imports('customers', 'name', customer);
	await imports('contacts', 'customer,name,email,phone', customer, contact, email, hostile('phone'));
	await imports('assets', 'customer,name,contact', customer, asset, contact);
	const { assets } = await (await page.request.get('/api/v1/assets', { params: { search: asset } })).json();
	const [{ asset_id, customer: of, contact: whose }] = assets;

	// The device that is there, under the name that was imported: it says more of the same.
	const moved = await (await page.request.get('/api/v1/assets', { params: { search: device.name } })).json();
	const own = moved.assets[0].asset_id;
	const renamed = hostile('device');
	const change = { name: renamed, contact_id: null };
	expect((await page.request.patch(`/api/v1/assets/${own}`, { data: change })).status()).toBe(200);
	const words = hostile('words');
	device.says(words);
	await expect(async () => {
		const { chats } = await (await page.request.get('/api/v1/chats', { params: { search: words } })).json();
		expect(chats).toHaveLength(1);
	}).toPass();
	const { chats } = await (await page.request.get('/api/v1/chats', { params: { search: words } })).json();
	const begun = await page.request.post('/api/v1/chats', { data: { asset_id } });
	const { chat_id } = await begun.json();

	const shows = async (path: string, text: string, act?: () => Promise<void>) => {
		await page.goto(path);
		await act?.();
		await expect(page.getByText(text, { exact: false }).first(), path).toBeVisible();
		await isUnhurt(page, path);
	};
	const searches = (text: string) => () => page.getByRole('searchbox').first().fill(text);
	await shows('/customers', customer, searches(customer));
	await shows('/contacts', contact, searches(contact));
	await shows('/assets', asset, searches(asset));
	await shows(`/customers/${of.customer_id}`, customer);
	await shows(`/contacts/${whose.contact_id}`, email);
	await shows(`/assets/${asset_id}`, asset);
	await shows(`/assets/${asset_id}`, contact);
	await shows(`/chats/${chats[0].chat_id}`, words);
	await shows(`/chats/${chats[0].chat_id}`, renamed);
	await shows('/chats', words, searches(words));
	await expect(async () => shows(`/chats/${chat_id}`, asset)).toPass();
	await shows(`/chats/${chat_id}`, asset, async () => {
		await page.getByRole('banner').or(page.locator('header')).getByRole('link', { name: asset }).first().hover();
		await expect(page.getByRole('button', { name: 'Start chat' })).toHaveCount(2);
	});
	await shows('/chats', asset, async () => {
		await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
		await page.keyboard.press('Control+k');
		await page.getByRole('combobox').fill(asset);
		await expect(page.getByRole('option')).not.toHaveCount(0);
	});
	await shows('/chats', customer, async () => {
		await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
		await page.keyboard.press('n');
		await page.getByRole('combobox').fill(customer);
		await expect(page.getByRole('option')).not.toHaveCount(0);
	});
	await page.keyboard.press('Escape');

	// A ticket takes the client's words for its subject.
	await page.goto(`/chats/${chats[0].chat_id}`);
	await page.getByRole('button', { name: 'Create ticket…' }).click();
	const subject = await page.getByLabel('Subject').inputValue();
	expect(words).toContain(subject.replace('…', ''));
	await page.getByRole('button', { name: 'Create ticket', exact: true }).click();
	await page.getByRole('button', { name: 'Show it' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText(subject);
	await isUnhurt(page, 'the ticket');
	await shows('/tickets', subject, searches(subject));
	await shows('/notifications', renamed);
	const closed = await page.request.post(`/api/v1/chats/${chats[0].chat_id}/close`);
	expect(closed.status()).toBe(200);
});

/** Nothing that came as text is an element, and no script of it ran. */
async function isUnhurt(page: Page, where: string): Promise<void> {
	await expect(page.locator('img, script[src="x"], [onerror]'), where).toHaveCount(0);
	await expect(page.locator('html'), where).not.toHaveAttribute('data-hurt');
	await expect(page, where).toHaveTitle(/Trayline$/);
}
