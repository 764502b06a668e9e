import { expect } from '@playwright/test';

import { test, unique } from '../technician.js';

test('the person at the device sees that a technician types, and no longer once it is said', async ({
	technician,
	device,
}) => {
	const words = unique('The door lock beeps');
	device.says(words);
	await technician.searches(words);
	await technician.chats.first().click();
	await technician.compose.pressSequentially('Let me');
	const typing = () => device.events.findLast(({ event }) => event === 'typing')?.typing;
	await expect.poll(typing).toBe(true);
	const answer = unique('Which door is it?');
	await technician.says(answer);
	await expect.poll(() => device.heard()).toContain(answer);
	await expect.poll(typing).toBe(false);
});

test('a technician sees that the client types, in the chat and in the list', async ({ technician, device }) => {
	const { page } = technician;
	const words = unique('Two things');
	device.says(words);
	await technician.searches(words);
	const { chats } = await (await page.request.get('/api/v1/chats', { params: { search: words } })).json();
	const [{ chat_id, asset }] = chats;
	// A terminal tells nobody that somebody types in it, so the word is put on the socket.
	let types: (() => void) | undefined;
	await page.routeWebSocket(/\/api\/v1\/live/, (socket) => {
		socket.connectToServer();
		const word = { type: 'typing', asset_id: asset.asset_id, chat_id, technician_id: null };
		types = () => socket.send(JSON.stringify(word));
	});
	await page.goto(`/chats/${chat_id}`);
	await expect(technician.bubbles(words)).toBeVisible();
	await expect(page.getByTestId('connection')).toHaveAttribute('data-phase', 'live');
	types?.();
	const said = page.getByRole('log').getByText(/ is typing…$/);
	await expect(said).toBeVisible();
	await expect(page.locator(`[data-chat-id="${chat_id}"]`)).toContainText('typing…');
	device.says('And the second one');
	await expect(technician.bubbles('And the second one')).toBeVisible();
	await expect(said).toHaveCount(0);
});
