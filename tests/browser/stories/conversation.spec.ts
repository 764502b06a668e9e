import { expect } from '@playwright/test';

import { secondTab, test, unique } from '../technician.js';

test('a message is stored, the person at the device reads it and answers, and a second tab sees the same', async ({
	technician,
	context,
}) => {
	await technician.opensDeviceChat();
	const second = await secondTab(context, technician);
	const fromClient = technician.page.locator('[data-side=client] [data-message-id]');
	const before = await fromClient.count();
	const text = unique('Please look for the label');

	await technician.says(text);
	await expect(technician.bubbles(text)).toHaveCount(1);
	await expect(second.bubbles(text)).toHaveCount(1);
	const mark = technician.page.locator('[data-side=me]').last().getByTestId('delivery');
	await expect(mark).toHaveAttribute('data-delivery', /stored|read/);
	await expect(mark).toHaveAttribute('data-delivery', 'read');
	await expect.poll(() => fromClient.count()).toBeGreaterThan(before);
	await expect.poll(async () => (await second.texts()).join('\n')).toBe((await technician.texts()).join('\n'));
	expect(second.complaints).toEqual([]);
});

const HOSTILE = [
	['markup', '<img src=x onerror="document.title=1"><script>document.title=2</script> &amp; {@html 1}'],
	['emoji and combining marks', '👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A\u{1F468}\u{1F3FD}‍💻'],
	['right to left, and what overrides it', 'مرحبا \u202egpj.exe\u202c עברית'],
	['line breaks and spaces', 'one\n\n  two\n\tthree   four'],
] as const;

for (const [what, text] of HOSTILE) {
	test(`text stays text: ${what}`, async ({ technician }) => {
		await technician.opensDeviceChat();
		const whole = `${text} ${unique('')}`;
		await technician.says(whole);
		await expect.poll(() => technician.texts()).toContain(whole);
		await technician.page.reload();
		await expect.poll(() => technician.texts()).toContain(whole);
		await expect(technician.page.locator('[data-message-id] :is(img, script)')).toHaveCount(0);
		await expect(technician.page).toHaveTitle(/Trayline$/);
	});
}

test('16 KiB go out whole; one byte more is refused before it is sent', async ({ technician }) => {
	await technician.opensDeviceChat();
	const mark = unique('');
	const longest = `${mark}${'é'.repeat(Math.floor((16384 - mark.length) / 2))}`.padEnd(16384 - Math.floor((16384 - mark.length) / 2), '.');
	expect(Buffer.byteLength(longest)).toBe(16384);

	await technician.compose.fill(`${longest}a`);
	await expect(technician.page.getByText('Too long by 1 byte.')).toBeVisible();
	await expect(technician.page.getByRole('button', { name: 'Send message' })).toBeDisabled();
	await technician.says(longest);
	await expect.poll(() => technician.texts()).toContain(longest);
	await expect(technician.page.locator('[data-side=me]').last().getByTestId('delivery')).toHaveAttribute(
		'data-delivery',
		/stored|read/,
	);
});

test('a link is one to follow, and goes nowhere but the web', async ({ technician }) => {
	await technician.opensDeviceChat();
	const path = unique('x').replace(' ', '');
	await technician.says(`see https://example.com/${path}, not javascript:alert(1)`);
	const link = technician.page.getByRole('log').getByRole('link', { name: path });
	await expect(link).toHaveAttribute('href', `https://example.com/${path}`);
	await expect(link).toHaveAttribute('rel', /noopener/);
	await expect(technician.page.locator('[data-message-id] a[href^="javascript:"]')).toHaveCount(0);
});

test('a draft outlives a reload, and is gone once it is sent', async ({ technician }) => {
	await technician.opensDeviceChat();
	const text = unique('half a');
	await technician.compose.fill(text);
	await technician.page.reload();
	await expect(technician.compose).toHaveValue(text);
	await technician.compose.press('Enter');
	await expect(technician.compose).toHaveValue('');
	await expect(technician.bubbles(text)).toHaveCount(1);
	await technician.page.reload();
	await expect(technician.bubbles(text)).toHaveCount(1);
	await expect(technician.compose).toHaveValue('');
});

test('older messages come when one scrolls up, and the place is kept', async ({ technician }) => {
	await technician.opensDeviceChat();
	const { page } = technician;
	const messages = `/api/v1/chats/${page.url().split('/').at(-1)}/messages`;
	const first = unique('the first of many');
	for (let count = 0; count < 60; count += 1) {
		const data = { message_id: uuid(), text: count === 0 ? first : `one of many, ${count}\n\n\n` };
		expect((await page.request.post(messages, { data })).status()).toBe(201);
	}
	// The page that a reload fetches is made of what is stored.
	const stored = async () => JSON.stringify(await (await page.request.get(messages)).json());
	await expect.poll(stored).toContain('one of many, 59');
	await page.reload();
	await expect(technician.compose).toBeVisible();
	await expect(technician.bubbles(first)).toHaveCount(0);

	const log = page.getByRole('log');
	await log.evaluate((pane) => pane.scrollTo({ top: 200 }));
	const place = page.locator('[data-message-id]').nth(2);
	const id = await place.getAttribute('data-message-id');
	const there = page.locator(`[data-message-id="${id}"]`);
	const before = (await there.boundingBox())?.y ?? 0;
	await expect(technician.bubbles(first)).toHaveCount(1);
	expect(Math.abs(((await there.boundingBox())?.y ?? 0) - before)).toBeLessThan(40);
	await page.getByRole('button', { name: /newest|new message/ }).click();
	await expect(page.getByRole('button', { name: /newest|new message/ })).toHaveCount(0);
});

/** A UUIDv7 of now. */
function uuid(): string {
	const time = Date.now().toString(16).padStart(12, '0');
	return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
