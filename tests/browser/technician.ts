import { expect, test as base, type BrowserContext, type Locator, type Page } from '@playwright/test';

import { Device } from './device.js';

/** What the person at the simulated device says first; their chat is found by it. */
const FIRST_WORDS = 'My second monitor stays black since this morning.';

/** What a browser may say about a network that a story took away, and about a refusal that a story asks for. */
const EXPECTED = /ERR_INTERNET_DISCONNECTED|status of (400|401|403|404|409)/;

/** A technician at a page of their own, and what their browser complained about. */
export class Technician {
	readonly complaints: string[] = [];

	constructor(readonly page: Page) {
		page.on('console', (said) => {
			if (['error', 'warning'].includes(said.type()) && !EXPECTED.test(said.text())) this.complaints.push(said.text());
		});
		page.on('pageerror', (error) => this.complaints.push(String(error)));
	}

	async signsIn(
		email = environment('TRAYLINE_EMAIL'),
		password = environment('TRAYLINE_PASSWORD'),
	): Promise<void> {
		await this.page.goto('/');
		await this.page.getByLabel('E-mail address').fill(email);
		await this.page.getByLabel('Password', { exact: true }).fill(password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await expect(this.page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
	}

	/** Their name. */
	async name(): Promise<string> {
		const session = (await (await this.page.request.get('/api/v1/session')).json()) as { name: string };
		return session.name;
	}

	/** The chats of the list. */
	get chats(): Locator {
		return this.page.locator('#chat-list a');
	}

	get compose(): Locator {
		return this.page.getByRole('textbox', { name: 'Message' });
	}

	/** Opens the chat with the person at the simulated device. */
	async opensDeviceChat(): Promise<void> {
		await this.searches(FIRST_WORDS);
		await this.chats.first().click();
		await expect(this.compose).toBeVisible();
		// On a narrow screen the list is away.
		const search = this.page.getByRole('searchbox', { name: /^Search chats/ });
		if (await search.isVisible()) await search.fill('');
	}

	/** Searches until something is found: the device may have come up a moment ago. */
	async searches(words: string): Promise<void> {
		await expect(async () => {
			await this.page.getByRole('searchbox', { name: /^Search chats/ }).fill('');
			await this.page.getByRole('searchbox', { name: /^Search chats/ }).fill(words);
			await expect(this.chats).toHaveCount(1, { timeout: 2000 });
		}).toPass({ timeout: 30_000 });
	}

	async says(text: string): Promise<void> {
		await this.compose.fill(text);
		await this.compose.press('Enter');
	}

	/** The bubbles with exactly this text. */
	bubbles(text: string): Locator {
		return this.page.locator('[data-message-id]').filter({ has: this.page.getByText(text, { exact: true }) });
	}

	/** The texts of all messages, byte for byte, as they stand in the page. */
	texts(): Promise<string[]> {
		return this.page.getByTestId('message-text').evaluateAll((texts) => texts.map((text) => text.textContent ?? ''));
	}
}

/**
 * A story with one technician who is signed in, who is an administrator; and, if it asks for them, a new device, and a new
 * colleague in a browser of their own. Their browsers must have nothing to complain about.
 */
export const test = base.extend<{ technician: Technician; device: Device; colleague: Technician }>({
	colleague: async ({ technician, browser }, use) => {
		const name = unique('Colleague');
		const [email, password] = [`${name.replace(' ', '.').toLowerCase()}@demo.example`, 'correct horse battery'];
		const added = await technician.page.request.post('/api/v1/technicians', {
			data: { name, email, password },
		});
		expect(added.status()).toBe(201);
		const context = await browser.newContext();
		const colleague = new Technician(await context.newPage());
		await colleague.signsIn(email, password);
		await use(colleague);
		expect(colleague.complaints).toEqual([]);
		await context.close();
	},
	device: async ({ technician }, use) => {
		const device = await Device.enrolled(technician.page.request);
		await use(device);
		await device.isSwitchedOff();
	},
	technician: async ({ page }, use) => {
		const technician = new Technician(page);
		await technician.signsIn();
		await use(technician);
		expect(technician.complaints).toEqual([]);
	},
});

/** The same technician in one more tab. */
export async function secondTab(context: BrowserContext, first: Technician): Promise<Technician> {
	const second = new Technician(await context.newPage());
	await second.page.goto(first.page.url());
	await expect(second.page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
	return second;
}

/** A text that no other story says. */
export function unique(words: string): string {
	return `${words} ${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
}

export function environment(name: string): string {
	const value = process.env[name];
	if (!value) throw new Error(`${name} is not set; start the stories by scripts/with-trayline`);
	return value;
}
