import { expect, test } from 'vitest';

import type { AssetGroup, Customer, Policy } from '../api/types';
import { fewNames, stillUsing, usesOf } from './uses';

test('a policy is used by who has it, and by everybody when it is the global one', () => {
	const policies = ['p', 'q'].map((policy_id) => ({ policy_id }) as Policy);
	const groups = [{ name: 'Tills', policy_id: 'q' } as AssetGroup];
	const customers = [
		{ name: 'Acorn', policy_id: 'q' } as Customer,
		{ name: 'Birch', policy_id: null } as Customer,
	];
	expect([...usesOf(policies, 'p', groups, customers)]).toEqual([
		['p', { is_global: true, asset_groups: [], customers: [] }],
		['q', { is_global: false, asset_groups: ['Tills'], customers: ['Acorn'] }],
	]);
});

test('of many names the last ones are counted', () => {
	expect(fewNames(['a', 'b', 'c'])).toBe('a, b, c');
	expect(fewNames(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
});

test('a refusal says what still uses a policy', () => {
	const used_by = { assets: 2, asset_groups: 0, customers: 1, enrolment_keys: 0, is_global: true };
	expect(stillUsing(used_by)).toEqual([
		'every device, as the global policy',
		'1 customer',
		'2 devices by themselves',
	]);
	expect(stillUsing(undefined)).toEqual([]);
});
