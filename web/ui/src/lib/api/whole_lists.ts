import type { Api } from './client';
import { every } from './every';
import type { AssetGroup, Customer } from './types';

/** Every customer, by name. */
export function everyCustomer(api: Api): Promise<Customer[]> {
	return every(async (cursor, limit) => {
		const { customers, next_cursor } = await api.listCustomers('', cursor, limit);
		return { items: customers, next_cursor };
	});
}

/** Every group of assets, by name. */
export function everyAssetGroup(api: Api): Promise<AssetGroup[]> {
	return every(async (cursor, limit) => {
		const { asset_groups, next_cursor } = await api.listAssetGroups('', cursor, limit);
		return { items: asset_groups, next_cursor };
	});
}
