import { expect, type Page } from '@playwright/test';

import { secondTab, test, unique } from '../technician.js';

/** Counts the notes that a page plays. Two are one sound. */
async function listens(page: Page): Promise<() => Promise<number>> {
	await page.addInitScript(() => {
		const counted = window as unknown as { notes: number };
		counted.notes = 0;
		const start = OscillatorNode.prototype.start;
		OscillatorNode.prototype.start = function (when) {
			counted.notes += 1;
			start.call(this, when);
		};
	});
	await page.reload();
	await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
	// A browser lets a page make sounds once somebody has touched it.
	await page.getByRole('link', { name: 'Notifications' }).click();
	return () => page.evaluate(() => (window as unknown as { notes: number }).notes);
}

test('a chat that nobody has sounds once, in one of three tabs, until somebody reads it', async ({
	technician,
	context,
	device,
}) => {
	const tabs = [technician, await secondTab(context, technician), await secondTab(context, technician)];
	const counts = await Promise.all(tabs.map(({ page }) => listens(page)));
	const notes = async () => (await Promise.all(counts.map((count) => count()))).reduce((all, one) => all + one);

	const words = unique('The label printer is out of labels');
	device.says(words);
	await expect.poll(notes).toBe(2);
	device.says('It is urgent');
	const { page } = technician;
	const read = page.waitForResponse((response) => response.url().endsWith('/read'));
	await page.getByRole('link', { name: 'Chat', exact: true }).click();
	await technician.searches(words);
	await technician.chats.first().click();
	await expect(technician.bubbles('It is urgent')).toBeVisible();
	expect((await read).status()).toBe(204);

	await page.getByRole('link', { name: 'Notifications' }).click();
	device.says('Hello?');
	// The second message has no sound of its own, or there would be six notes by now.
	await expect.poll(notes).toBe(4);
});

test('muted, nothing sounds, and the button says so in every tab', async ({ technician, context }) => {
	const second = await secondTab(context, technician);
	const button = (page: Page) => page.getByRole('button', { name: 'Mute the sound' });
	await button(technician.page).click();
	for (const { page } of [technician, second]) await expect(button(page)).toHaveAttribute('aria-pressed', 'true');
	await second.page.reload();
	await expect(button(second.page)).toHaveAttribute('aria-pressed', 'true');
	await button(second.page).click();
	await expect(button(technician.page)).toHaveAttribute('aria-pressed', 'false');
});

test('a notice comes to every tab, and is read on all of them once the chat is', async ({
	technician,
	context,
	device,
}) => {
	const { page } = technician;
	await page.getByRole('link', { name: 'Notifications' }).click();
	const second = await secondTab(context, technician);
	const words = unique('Teams will not start');
	device.says(words);
	const chat_id = await chatAbout(page, words);
	const notice = (tab: Page) => tab.getByRole('main').locator(`a[href$="${chat_id}"]`);
	for (const tab of [page, second.page]) await expect(notice(tab)).toContainText(/Unread:\s*A chat without a technician/);

	await second.page.goto(`/chats/${chat_id}`);
	await expect(second.bubbles(words)).toBeVisible();
	await expect(notice(page)).not.toContainText('Unread:');
});

test('what is chosen in the Notification Center stays chosen', async ({ technician }) => {
	const { page } = technician;
	await page.goto('/notifications');
	const box = page.getByLabel('A chat is assigned to me: E-mail');
	await expect(box).not.toBeChecked();
	const saved = page.waitForResponse((response) => response.request().method() === 'PUT');
	await box.check();
	expect((await saved).status()).toBe(200);
	await page.reload();
	await expect(box).toBeChecked();
	await box.uncheck();
});

test('a webhook is saved, shows its key once, and is removed', async ({ technician }) => {
	const { page } = technician;
	await page.goto('/notifications');
	await page.getByLabel('Address').fill('https://hooks.example.com/trayline');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('It is shown this once')).toBeVisible();
	await page.reload();
	await expect(page.getByLabel('Address')).toHaveValue('https://hooks.example.com/trayline');
	await expect(page.getByText('It is shown this once')).toBeHidden();
	await page.getByRole('button', { name: 'Remove' }).click();
	await expect(page.getByLabel('Address')).toHaveValue('');
});

test('an automatic message is marked as such', async ({ technician, device }) => {
	const { page } = technician;
	const automatic = unique('All of us are busy');
	const policies = await setUnavailable(page, automatic);
	try {
		const words = unique('Is anybody there');
		device.says(words);
		await technician.searches(words);
		await technician.chats.first().click();
		const message = page.locator('[data-side="system"]').filter({ hasText: automatic });
		await expect(message).toContainText('Automatic message');
		await expect.poll(() => device.heard()).toContain(automatic);
	} finally {
		// Other stories look for what was said last.
		for (const policy of policies) await save(page, policy);
	}
});

test('the list tells whether a device is connected', async ({ technician, device }) => {
	const words = unique('My mouse is broken');
	device.says(words);
	await technician.searches(words);
	const dot = technician.chats.first().getByTestId('presence');
	await expect(dot).toHaveAttribute('data-on', 'true');
	await device.isSwitchedOff();
	await expect(dot).toHaveAttribute('data-on', 'false');
});

/** The open chat in which this was said. */
async function chatAbout(page: Page, words: string): Promise<string> {
	let chat_id = '';
	await expect(async () => {
		const { chats } = await (await page.request.get('/api/v1/chats', { params: { search: words } })).json();
		chat_id = chats[0].chat_id;
	}).toPass();
	return chat_id;
}

interface Policy {
	readonly policy_id: string;
	readonly name: string;
	readonly menu: readonly { readonly type: string }[] | null;
	readonly live_chat: object;
}

/** Lets every policy say this after a second without an answer; says what they were before. */
async function setUnavailable(page: Page, unavailable_message: string): Promise<readonly Policy[]> {
	const { policies }: { policies: readonly Policy[] } = await (await page.request.get('/api/v1/policies')).json();
	const said = { unavailable_message, unavailable_seconds: 1 };
	for (const { menu, live_chat, ...policy } of policies) {
		const entries = menu?.map((entry) => (entry.type === 'live_chat' ? { ...entry, ...said } : entry)) ?? null;
		await save(page, { ...policy, menu: entries, live_chat: { ...live_chat, ...said } });
	}
	return policies;
}

async function save(page: Page, { policy_id, name, menu, live_chat }: Policy): Promise<void> {
	const answer = await page.request.put(`/api/v1/policies/${policy_id}`, { data: { name, menu, live_chat } });
	expect(answer.status()).toBe(200);
}
