import { expect, test } from 'vitest';

import type { SearchResults, Right, SignedInTechnician } from '../api/types';
import { grouped } from './choice';
import { paletteChoices } from './palette';
import { startChoices } from './start';

const customer = { customer_id: 'c1', name: 'Harbour Dental' };
const contact = { contact_id: 'p1', name: 'Anna Keller' };
const asset = (asset_id: string, open_chat_id: string | null) => ({
	asset_id,
	name: asset_id.toUpperCase(),
	customer,
	contact,
	is_connected: true,
	open_chat_id,
});
const FOUND: SearchResults = {
	customers: [customer],
	contacts: [{ ...contact, customer }],
	assets: [asset('a1', 'chat1'), asset('a2', null)],
	chats: [],
};
const technician = (...rights: Right[]): SignedInTechnician => ({
	technician_id: 't',
	name: 'T',
	email: 't@example',
	lacks_second_factor: false,
	rights,
});

test('the palette leads to pages by their name, as far as one may go there', () => {
	const names = (typed: string, ...rights: Right[]) =>
		paletteChoices(typed, null, technician(...rights)).map(({ title }) => title);
	expect(names(' TICK')).toEqual(['Tickets']);
	expect(names('policies', 'use_chat')).toEqual([]);
	expect(names('policies', 'manage_policies')).toEqual(['Policies']);
	expect(names('canned', 'manage_policies')).toEqual([]);
	expect(names('')).toContain('Customers');
});

test('an asset’s chat is the open one, else a new one; nobody else is offered any', () => {
	const targets = (...rights: Right[]) =>
		paletteChoices('zzz', FOUND, technician(...rights)).map(({ target }) => target);
	expect(targets('use_chat', 'start_chats')).toEqual([
		{ to: 'asset', id: 'a1' },
		{ to: 'chat', id: 'chat1' },
		{ to: 'asset', id: 'a2' },
		{ to: 'new_chat', asset: { asset_id: 'a2', name: 'A2' } },
		{ to: 'contact', id: 'p1' },
		{ to: 'customer', id: 'c1' },
	]);
	expect(targets('use_chat')).toHaveLength(5);
	expect(targets('start_chats')).toHaveLength(4);
});

test('contacts and customers open up to their assets, and every key stays unique', () => {
	const closed = startChoices(FOUND, new Map());
	expect(closed.map(({ title, does }) => `${title}: ${does}`)).toEqual([
		'A1: Open its chat',
		'A2: Start chat',
		'Anna Keller: Show assets',
		'Harbour Dental: Show assets',
	]);
	const open = startChoices(
		FOUND,
		new Map([
			['contact p1', [asset('a1', null)]],
			['customer c1', [asset('a1', null), asset('a2', null)]],
		]),
	);
	expect(open.map(({ title, inner }) => `${inner ? '- ' : ''}${title}`)).toEqual([
		'A1',
		'A2',
		'Anna Keller',
		'- A1',
		'Harbour Dental',
		'- A1',
		'- A2',
	]);
	expect(new Set(open.map(({ key }) => key)).size).toBe(open.length);
	expect(grouped(open).map(({ name, choices }) => [name, choices.map(({ place }) => place)])).toEqual([
		['Assets', [0, 1]],
		['Contacts', [2, 3]],
		['Customers', [4, 5, 6]],
	]);
});
