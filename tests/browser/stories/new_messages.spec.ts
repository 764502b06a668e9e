import { expect } from '@playwright/test';

import { test, unique, type Technician } from '../technician.js';

/** Opens the chat in which this was said. */
async function opens(technician: Technician, words: string): Promise<void> {
	await technician.page.getByRole('link', { name: /^Chats: / }).click();
	await technician.searches(words);
	await technician.chats.first().click();
	await expect(technician.compose).toBeVisible();
}

/** Goes where the chat is not on the screen. */
async function looksAway({ page }: Technician): Promise<void> {
	await page.getByRole('link', { name: 'Notifications', exact: true }).click();
	await expect(page.getByRole('log')).toHaveCount(0);
}

test('a line stands above what came meanwhile, until one answers', async ({ technician, device }) => {
	const { page } = technician;
	const line = page.getByTestId('new-messages');
	const [words, missed] = [unique('The scanner hums'), unique('It hums louder')];
	device.says(words);
	await opens(technician, words);
	await expect(technician.bubbles(words)).toBeVisible();
	await expect(line).toHaveCount(0);

	await looksAway(technician);
	device.says(missed);
	device.says('And louder');
	await expect.poll(() => device.events.filter((event) => event.delivery === 'stored').length).toBe(3);
	await opens(technician, words);
	await expect(technician.bubbles('And louder')).toBeVisible();
	await expect(line).toHaveCount(1);
	const [before, at, after] = await Promise.all(
		[technician.bubbles(words), line, technician.bubbles(missed)].map(async (shown) => (await shown.boundingBox())?.y ?? 0),
	);
	expect([before, at, after]).toEqual([before, at, after].sort((left, right) => Number(left) - Number(right)));

	// What was read is not new again, after a reload either.
	await page.reload();
	await expect(technician.bubbles(missed)).toBeVisible();
	await expect(line).toHaveCount(0);

	await looksAway(technician);
	device.says('Now it smokes');
	await opens(technician, words);
	await expect(technician.bubbles('Now it smokes')).toBeVisible();
	await expect(line).toHaveCount(1);
	await technician.says('Please pull the plug');
	await expect(line).toHaveCount(0);
});

test('more than fits begins at the line, and a button leads to the newest message', async ({ technician, device }) => {
	const { page } = technician;
	const line = page.getByTestId('new-messages');
	const words = unique('I have a list');
	device.says(words);
	await opens(technician, words);
	await expect(technician.bubbles(words)).toBeVisible();
	await looksAway(technician);
	for (let count = 1; count <= 30; count += 1) device.says(`Point ${count} of the list`);
	await expect.poll(() => device.events.filter((event) => event.delivery === 'stored').length).toBe(31);

	await opens(technician, words);
	await expect(line).toBeInViewport();
	await expect(technician.bubbles('Point 30 of the list')).not.toBeInViewport();
	await page.getByRole('button', { name: '30 new messages' }).click();
	await expect(technician.bubbles('Point 30 of the list')).toBeInViewport();
	await expect(page.getByRole('button', { name: /new message/ })).toHaveCount(0);

	await page.getByRole('log').evaluate((log) => log.scrollTo({ top: 0 }));
	device.says('One more thing');
	await page.getByRole('button', { name: '1 new message' }).click();
	await expect(technician.bubbles('One more thing')).toBeInViewport();
	await expect(line).toBeInViewport();
});
