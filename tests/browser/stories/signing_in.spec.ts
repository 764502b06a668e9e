import { expect, test as base } from '@playwright/test';

import { code } from '../authenticator.js';
import { environment, test, unique } from '../technician.js';

const PASSWORD = 'correct horse battery';

test('a technician makes an API token, which works until it is revoked', async ({ colleague, playwright }) => {
	const { page } = colleague;
	const name = unique('Ticket sync');
	await page.goto('/account');
	await expect(page.getByText('You have none.')).toBeVisible();
	await page.getByRole('button', { name: 'New API token' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
	await dialog.getByRole('checkbox', { name: 'Create tickets' }).check();
	// What they may not do themselves is no choice.
	await expect(dialog.getByRole('checkbox', { name: 'See the audit log' })).toHaveCount(0);
	await dialog.getByLabel('It lasts').selectOption('30 days');
	await dialog.getByLabel('Your password').fill('wrong');
	await dialog.getByRole('button', { name: 'Make it' }).click();
	await expect(dialog.getByRole('alert')).toBeVisible();
	await dialog.getByLabel('Your password').fill(PASSWORD);
	await dialog.getByRole('button', { name: 'Make it' }).click();
	const token = (await dialog.getByRole('status', { name: 'API token' }).textContent()) ?? '';
	expect(token).toMatch(/^trayline_[\w-]{43}$/);
	await dialog.getByRole('button', { name: 'Done' }).click();

	const program = await playwright.request.newContext({
		baseURL: environment('TRAYLINE_URL'),
		extraHTTPHeaders: { authorization: `Bearer ${token}` },
	});
	const session = await program.get('/api/v1/session');
	expect((await session.json()).rights).toEqual(['create_tickets']);
	const row = page.getByRole('region', { name: 'API tokens' }).getByRole('row').filter({ hasText: name });
	await expect(row).toContainText('Never');
	await page.reload();
	await expect(row).toContainText('from 127.0.0.1');

	await row.getByRole('button', { name: `Revoke ${name}` }).click();
	await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
	await expect(row).toHaveCount(0);
	expect((await program.get('/api/v1/session')).status()).toBe(401);
	await program.dispose();
});

test('an administrator sees the API tokens of others, revokes one, and demands an authenticator of everybody', async ({
	technician,
	colleague,
}) => {
	const [{ page }, name] = [technician, await colleague.name()];
	const expires_at = new Date(Date.now() + 86_400_000).toISOString();
	const data = { name: unique('Export'), scopes: [], expires_at, password: PASSWORD };
	expect((await colleague.page.request.post('/api/v1/account/api-tokens', { data })).status()).toBe(201);
	await page.goto('/technicians');
	await page.getByRole('button', { name: `Sign-in of ${name}` }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('button', { name: `Revoke ${data.name}` }).click();
	await expect(dialog).toContainText('They have no API tokens.');
	await dialog.getByRole('button', { name: 'Reset the authenticator' }).click();
	await expect(page.getByText(`No code of an authenticator is asked of ${name} any more.`)).toBeVisible();

	// The administrator has one, so that they stay where they are.
	const password = environment('TRAYLINE_PASSWORD');
	const begun = await page.request.post('/api/v1/account/second-factor', { data: { password } });
	const mine = code((await begun.json()).secret, 0);
	expect((await page.request.put('/api/v1/account/second-factor', { data: { code: mine } })).status()).toBe(200);
	try {
		await page.goto('/security-groups');
		const everybody = page.getByRole('checkbox', { name: 'Everybody needs an authenticator' });
		await everybody.check();
		await expect(everybody).toBeEnabled();
		await page.reload();
		await expect(everybody).toBeChecked();

		const theirs = colleague.page;
		await theirs.goto('/chats');
		await expect(theirs.getByRole('heading', { name: 'Set up an authenticator' })).toBeVisible();
		await theirs.getByLabel('Your password').fill(PASSWORD);
		await theirs.getByRole('button', { name: 'Set it up' }).click();
		const secret = (await theirs.locator('main code').textContent()) ?? '';
		await theirs.getByLabel('Code', { exact: true }).fill(code(secret, 0));
		await theirs.getByRole('button', { name: 'Use it' }).click();
		await expect(theirs.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10);
		await theirs.getByRole('link', { name: 'Go on' }).click();
		await expect(theirs.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
		await everybody.uncheck();
		await expect(everybody).toBeEnabled();
	} finally {
		const settings = { second_factor_required: false };
		expect((await page.request.put('/api/v1/sign-in-settings', { data: settings })).status()).toBe(200);
		const removal = '/api/v1/account/second-factor/removal';
		expect((await page.request.post(removal, { data: { password } })).status()).toBe(204);
	}
});

base('the provider is a button on the sign-in page, and what went wrong there is said', async ({ page }) => {
	let ways = { password: true, provider: 'Bluebell' };
	await page.route('**/api/v1/sign-in-ways', (route) => route.fulfill({ json: ways }));
	await page.goto('/sign-in');
	const button = page.getByRole('link', { name: 'Sign in with Bluebell' });
	await expect(button).toHaveAttribute('href', '/api/v1/session/provider');
	await expect(page.getByLabel('Password', { exact: true })).toBeVisible();
	ways = { password: false, provider: 'Bluebell' };
	await page.goto('/sign-in?refused=unknown-person');
	await expect(page.getByRole('alert')).toHaveText('You have no account here. Ask an administrator to add you.');
	await expect(page.getByLabel('Password', { exact: true })).toHaveCount(0);
	await expect(page.getByRole('link', { name: 'Forgot the password?' })).toHaveCount(0);
	await expect(button).toBeVisible();

	await page.goto('/sign-in?code=needed');
	await page.getByLabel('Code of your authenticator, or a recovery code').fill('123456');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('alert')).toContainText('It took too long, or was begun in another browser.');
});
