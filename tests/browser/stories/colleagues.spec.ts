import { expect, type Page } from '@playwright/test';

import { test, unique, type Technician } from '../technician.js';

/** What waits for somebody, as the bubble at the top right says. */
async function bubble(page: Page): Promise<number> {
	const words = await page.getByRole('link', { name: /^Chats: / }).getAttribute('aria-label');
	return Number(/\d+/.exec(words ?? '')?.[0] ?? 0);
}

/** Opens the chat in which this was said, from wherever a technician is. */
async function opens(technician: Technician, words: string): Promise<void> {
	await technician.page.getByRole('link', { name: /^Chats: / }).click();
	await technician.searches(words);
	await technician.chats.first().click();
	await expect(technician.bubbles(words)).toBeVisible();
}

const take = (technician: Technician) => technician.page.getByRole('button', { name: 'Take', exact: true });
const holder = (technician: Technician) => technician.page.getByTestId('assignee');

test('of two who take a chat at once one has it, and the other is told who', async ({ technician, colleague, device }) => {
	const words = unique('My keyboard types twice');
	device.says(words);
	await opens(technician, words);
	await opens(colleague, words);
	const both = [technician, colleague];
	// Neither request goes on before both were made.
	const asked: (() => void)[] = [];
	for (const { page } of both)
		await page.route('**/assignment', async (route) => {
			await new Promise<void>((goOn) => {
				asked.push(goOn);
				if (asked.length === both.length) asked.forEach((go) => go());
			});
			await route.continue();
		});
	await Promise.all(both.map((one) => take(one).click()));
	await expect
		.poll(async () => (await Promise.all(both.map((one) => holder(one).textContent()))).filter((text) => text === 'yours'))
		.toHaveLength(1);
	const loser = (await holder(technician).textContent()) === 'yours' ? colleague : technician;
	await expect(loser.page.getByText(/ got this chat a moment ago\.$/)).toBeVisible();
	await expect(holder(loser)).toHaveText(/^with /);
});

test('re-assigning shows who is online, and follows', async ({ technician, colleague, device }) => {
	const words = unique('Who is there for me');
	device.says(words);
	await opens(technician, words);
	const { name } = await (await colleague.page.request.get('/api/v1/session')).json();
	await technician.page.getByRole('button', { name: 'Assign…' }).click();
	const choice = technician.page.getByRole('dialog').getByRole('button', { name });
	await expect(choice).toContainText('online');
	await colleague.page.close();
	await expect(choice).toContainText('offline', { timeout: 45_000 });
	await choice.click();
	await expect(holder(technician)).toHaveText(`with ${name}`);
});

test('the bubble counts unread chats of mine and chats that nobody has, step by step', async ({
	technician,
	colleague,
	device,
}) => {
	const { page } = technician;
	await page.getByRole('link', { name: 'Notifications' }).click();
	await expect(page.getByRole('heading', { name: 'Notification Center' })).toBeVisible();
	const before = await bubble(page);
	const counts = (more: number) => expect.poll(() => bubble(page)).toBe(before + more);

	const words = unique('The beamer is too dark');
	device.says(words);
	await counts(1);
	await expect(page).toHaveTitle(new RegExp(`^\\(${before + 1}\\) |Notification Center`));
	await opens(colleague, words);
	await take(colleague).click();
	await counts(0);
	await colleague.page.getByRole('button', { name: 'Re-assign…' }).click();
	const { name } = await (await page.request.get('/api/v1/session')).json();
	await colleague.page.getByRole('dialog').getByRole('button', { name }).click();
	await counts(1);
	device.says('Even darker now');
	await opens(technician, words);
	await expect(technician.bubbles('Even darker now')).toBeVisible();
	await counts(0);
	await page.getByRole('link', { name: 'Notifications' }).click();
	await expect(page.getByRole('heading', { name: 'Notification Center' })).toBeVisible();
	device.says('And now it is off');
	await counts(1);
	await opens(colleague, words);
	await colleague.page.getByRole('button', { name: 'Close chat' }).click();
	await colleague.page.getByRole('button', { name: 'Close it anyway' }).click();
	await counts(0);
});

test('each filter shows its own chats', async ({ technician, colleague, device }) => {
	const words = unique('Which filter has me');
	device.says(words);
	await opens(technician, words);
	const { page } = technician;
	const search = page.getByRole('searchbox', { name: /^Search chats/ });
	const shows = async (expected: Record<string, number>) => {
		for (const [filter, count] of Object.entries(expected)) {
			await page.getByTestId(`count-${filter}`).click();
			// A search asks the database, which may be a moment behind.
			await expect(async () => {
				await search.fill('');
				await search.fill(words);
				await expect(technician.chats).toHaveCount(count, { timeout: 2000 });
			}).toPass();
		}
		await page.getByTestId('count-all').click();
	};
	await shows({ all: 1, mine: 0, mine_unread: 0, unassigned: 1 });
	await take(technician).click();
	await expect(holder(technician)).toHaveText('yours');
	await shows({ all: 1, mine: 1, mine_unread: 0, unassigned: 0 });
	await page.getByRole('link', { name: 'Notifications' }).click();
	// Until then the chat is on the screen, and what comes is read.
	await expect(page.getByRole('heading', { name: 'Notification Center' })).toBeVisible();
	device.says('Unread now');
	await page.getByRole('link', { name: /^Chats: / }).click();
	await shows({ all: 1, mine: 1, mine_unread: 1, unassigned: 0 });
	await opens(colleague, words);
	await take(colleague).click();
	await expect(holder(colleague)).toHaveText('yours');
	await shows({ all: 1, mine: 0, mine_unread: 0, unassigned: 0 });
});

test('when the person and a technician begin at once, they are in one chat', async ({ technician, device }) => {
	const { page } = technician;
	const { assets } = await (await page.request.get('/api/v1/assets', { params: { search: device.name } })).json();
	const [words, answer] = [unique('I write first'), unique('I start first')];
	const [started] = await Promise.all([
		page.request.post('/api/v1/chats', { data: { asset_id: assets[0].asset_id } }),
		device.says(words),
	]);
	const { chat_id } = await started.json();
	await page.goto(`/chats/${chat_id}`);
	await expect(technician.bubbles(words)).toBeVisible();
	await technician.says(answer);
	await expect.poll(() => device.heard()).toContain(answer);
	const { chats } = await (await page.request.get('/api/v1/chats', { params: { search: device.name } })).json();
	expect(chats).toHaveLength(1);
});

test('what happened while the network was away is there afterwards, in order, without a reload', async ({
	technician,
	device,
}) => {
	const words = unique('One');
	device.says(words);
	await opens(technician, words);
	const { page } = technician;
	await page.context().setOffline(true);
	for (const line of ['Two', 'Three', 'Four']) device.says(line);
	await technician.says('An answer from offline');
	await expect.poll(() => device.events.filter((event) => event.delivery === 'stored').length).toBeGreaterThanOrEqual(4);
	await page.context().setOffline(false);
	await expect(technician.bubbles('Four')).toBeVisible({ timeout: 45_000 });
	await expect.poll(() => device.heard()).toContain('An answer from offline');
	const texts = await technician.texts();
	await page.reload();
	await expect(technician.bubbles('Four')).toBeVisible();
	expect(await technician.texts()).toEqual(texts);
	expect(texts.slice(0, 4)).toEqual([words, 'Two', 'Three', 'Four']);
});
