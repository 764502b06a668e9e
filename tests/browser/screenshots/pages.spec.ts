import { join } from 'node:path';

import { expect, type Page } from '@playwright/test';

import { test, type Technician } from '../technician.js';

const FOLDER = join(import.meta.dirname, '../../../target/screenshots');

/** The pages for somebody who is not signed in. */
const BEFORE = [
	['sign-in', '/sign-in'],
	['forgot-password', '/forgot-password'],
	['reset-password', '/reset-password#no-such-token'],
	['set-up', '/set-up'],
] as const;

/** A state to look at: its name, the page, and what to do there first. */
type State = readonly [name: string, path: string, act?: (technician: Technician) => Promise<unknown>];

const button = (name: string | RegExp) => (technician: Technician) =>
	technician.page.getByRole('button', { name }).first().click();
const firstRow = (technician: Technician) =>
	technician.page.getByRole('table').getByRole('link').first().click();
/** Opens the first of a list and a dialog there. */
const inFirst = (name: string) => async (technician: Technician) => {
	await firstRow(technician);
	await button(name)(technician);
};
const openChat = (technician: Technician) => technician.opensDeviceChat();

const STATES: readonly State[] = [
	['chats', '/chats'],
	['chat', '/chats', openChat],
	[
		'chat-typing',
		'/chats',
		async (technician) => {
			await openChat(technician);
			await technician.compose.fill('Hello 👋 I am on it.\nCould you try the other cable meanwhile?');
		},
	],
	[
		'chat-assign',
		'/chats',
		async (technician) => {
			await openChat(technician);
			await button(/ssign…$/)(technician);
			await expect(technician.page.getByRole('dialog').getByRole('listitem').first()).toBeVisible();
		},
	],
	[
		'chat-ticket',
		'/chats',
		async (technician) => {
			await openChat(technician);
			await button('Create ticket…')(technician);
		},
	],
	['chat-archived', '/customers', archivedChat],
	['search-empty', '/chats', ({ page }) => page.getByRole('searchbox').fill('nothing has this')],
	['start-chat', '/chats', button('Start chat')],
	['keys', '/chats', ({ page }) => page.keyboard.press('?')],
	['notices', '/chats', button(/^Notices/)],
	['account', '/chats', button(/^Account/)],
	['new', '/chats', button('New')],
	['offline', '/chats', ({ page }) => page.context().setOffline(true)],
	...['customers', 'contacts', 'assets', 'tickets', 'notifications', 'deliveries', 'admin', 'policies'].map(
		(name): State => [name, `/${name}`],
	),
	...[
		'technicians',
		'asset-groups',
		'system',
		'tabs',
		'import',
		'security-groups',
		'audit-log',
		'canned-replies',
	].map((name): State => [name, `/${name}`]),
	['your-account', '/account'],
	['security-group-one', '/security-groups', button('Edit')],
	['palette', '/chats', ({ page }) => page.keyboard.press('Control+k')],
	['emoji', '/chats', emoji],
	['reply-menu', '/chats', cannedReplies],
	...['customers', 'contacts', 'assets', 'tickets', 'policies'].map((name): State => [
		`${name}-one`,
		`/${name}`,
		firstRow,
	]),
	['customer-new', '/customers', button('New customer')],
	['contact-erase', '/contacts', inFirst('Erase…')],
	['customer-edit', '/customers', inFirst('Edit')],
	['enrolment-keys', '/enrolment-keys'],
	['enrolment-key-new', '/enrolment-keys', button('New enrolment key')],
	['enrolment-key-made', '/enrolment-keys', enrolmentKey],
	['device', '/assets', someDevice],
	['no-such-page', '/customers/019b8d2e-0000-7000-8000-000000000000'],
];

async function enrolmentKey(technician: Technician): Promise<void> {
	const dialog = technician.page.getByRole('dialog');
	await button('New enrolment key')(technician);
	await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('New laptops, spring');
	await dialog.getByRole('listbox', { name: 'Customer' }).selectOption({ index: 0 });
	await button('Make the key')(technician);
	await expect(dialog.locator('code').first()).toBeVisible();
}

/** The asset of the simulated device. */
async function someDevice({ page }: Technician): Promise<void> {
	const { assets } = await (await page.request.get('/api/v1/assets', { params: { limit: 200 } })).json();
	const connected = assets.find((asset: { is_connected: boolean }) => asset.is_connected);
	await page.goto(`/assets/${connected.asset_id}`);
	await page.getByRole('tab', { name: 'Device', exact: true }).click();
}

async function emoji(technician: Technician): Promise<void> {
	await openChat(technician);
	await button('Insert an emoji')(technician);
}

async function cannedReplies(technician: Technician): Promise<void> {
	await openChat(technician);
	await technician.compose.fill('/');
}

async function archivedChat(technician: Technician): Promise<void> {
	const { page } = technician;
	await firstRow(technician);
	await page.getByRole('tab', { name: 'Archived chats' }).click();
	await firstRow(technician);
	await expect(page.getByText('It is archived.')).toBeVisible();
}

for (const colorScheme of ['light', 'dark'] as const) {
	for (const width of [1440, 390]) {
		test.describe(`${colorScheme}, ${width} wide`, () => {
			test.use({
				colorScheme,
				viewport: { width, height: width === 390 ? 844 : 900 },
			});

			test('every page and state', async ({ technician }) => {
				for (const [name, path, act] of STATES) {
					await technician.page.context().setOffline(false);
					await technician.page.goto(path);
					await settles(technician.page);
					await act?.(technician);
					await settles(technician.page);
					await technician.page.screenshot({
						path: join(FOLDER, `${name}-${colorScheme}-${width}.png`),
					});
				}
				technician.complaints.length = 0;
			});

			test('every page before one is signed in', async ({ page }) => {
				for (const [name, path] of BEFORE) {
					await page.goto(path);
					await settles(page);
					await page.screenshot({
						path: join(FOLDER, `${name}-${colorScheme}-${width}.png`),
					});
				}
			});
		});
	}
}

/** Waits until nothing is fetched any more, and what moves has come to rest. */
async function settles(page: Page): Promise<void> {
	await page.waitForLoadState('networkidle').catch(() => undefined);
	await page.waitForTimeout(300);
}
