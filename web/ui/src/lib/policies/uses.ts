import type { AssetGroup, Customer, Policy } from '../api/types';
import { texts } from '../texts/texts';

/** Who has a policy, as far as lists tell it: single assets are not among them. */
export interface Uses {
	readonly is_global: boolean;
	readonly asset_groups: readonly string[];
	readonly customers: readonly string[];
}

/** Who has which policy, by its id. */
export function usesOf(
	policies: readonly Policy[],
	global_id: string,
	asset_groups: readonly AssetGroup[],
	customers: readonly Customer[],
): ReadonlyMap<string, Uses> {
	const having = (things: readonly (AssetGroup | Customer)[], policy_id: string) =>
		things.filter((thing) => thing.policy_id === policy_id).map((thing) => thing.name);
	return new Map(
		policies.map(({ policy_id }) => [
			policy_id,
			{
				is_global: policy_id === global_id,
				asset_groups: having(asset_groups, policy_id),
				customers: having(customers, policy_id),
			},
		]),
	);
}

/** Names in a row, the last ones counted only. */
export function fewNames(names: readonly string[], most = 3): string {
	const shown = names.slice(0, most).join(', ');
	return names.length > most ? texts.policies.table.andMore(shown, names.length - most) : shown;
}

/** What still has a policy that the server refused to remove, in words: `1 customer`, `12 devices`. */
export function stillUsing(used_by: unknown): readonly string[] {
	const counts: Record<string, unknown> = typeof used_by === 'object' && used_by ? { ...used_by } : {};
	const counted = THINGS.flatMap((name) => {
		const count = counts[name];
		if (typeof count !== 'number' || count === 0) return [];
		return [texts.policies.uses[name](count)];
	});
	return counts.is_global === true ? [texts.policies.uses.everyDevice, ...counted] : counted;
}

const THINGS = ['customers', 'asset_groups', 'assets', 'enrolment_keys'] as const;
