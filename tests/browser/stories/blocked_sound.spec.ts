import { expect } from '@playwright/test';

import { Device } from '../device.js';
import { test, unique } from '../technician.js';

test('where the browser keeps the sound back, that is said, once', async ({ technician, device }) => {
	const { page } = technician;
	// This Chromium plays for whoever nobody touches, so it is made to keep sound back as others do.
	await page.addInitScript(() => {
		class Silent {
			readonly state = 'suspended';
			resume = () => new Promise(() => undefined);
		}
		Object.assign(window, { AudioContext: Silent });
	});
	await page.reload();
	await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
	const said = page.getByText('Your browser keeps the sound of new messages back.');
	device.says(unique('Nobody hears me'));
	await expect(said).toBeVisible();
	await expect(said).toHaveCount(0);

	const other = await Device.enrolled(page.request);
	const words = unique('Nor me');
	other.says(words);
	await expect(page.locator('#chat-list').getByText(words)).toBeVisible();
	await expect(said).toHaveCount(0);
	await other.isSwitchedOff();
});

test('behind other windows a notification comes, and a click on it opens the chat', async ({ technician, device }) => {
	const { page } = technician;
	await page.addInitScript(() => {
		document.hasFocus = () => false;
		const shown: object[] = [];
		class Shown {
			static readonly permission = 'granted';
			onclick: () => void = () => undefined;
			constructor(
				readonly title: string,
				readonly options: { readonly body: string },
			) {
				shown.push(this);
			}
			close() {}
		}
		Object.assign(window, { Notification: Shown, shown });
	});
	await page.goto('/customers');
	await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
	const words = unique('Can you see me');
	device.says(words);
	const titles = () => page.evaluate(() => (window as unknown as { shown: { title: string }[] }).shown.map(({ title }) => title));
	await expect.poll(async () => (await titles()).filter((title) => title.includes(device.name))).toHaveLength(1);
	// Others may see the screen.
	expect(await page.evaluate(() => JSON.stringify((window as unknown as { shown: unknown }).shown))).not.toContain(words);
	await page.evaluate(
		(wanted) =>
			(window as unknown as { shown: { title: string; onclick: () => void }[] }).shown
				.find(({ title }) => title.includes(wanted))
				?.onclick(),
		device.name,
	);
	await expect(page).toHaveURL(/\/chats\/[0-9a-f-]+$/);
	await expect(technician.bubbles(words)).toBeVisible();
});
