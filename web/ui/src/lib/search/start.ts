import type { SearchResults } from '../api/types';
import { texts } from '../texts/texts';
import { owner, type Choice } from './choice';

/** An asset as far as a chat needs it. */
export interface StartableAsset {
	readonly asset_id: string;
	readonly name: string;
	readonly customer: { readonly name: string };
	readonly contact?: { readonly name: string } | null;
	readonly open_chat_id?: string | null;
}

/** Whose assets can be looked through. */
export type Holder = { readonly contact_id: string } | { readonly customer_id: string };

/** What choosing does: begins a chat, or looks through the assets of a contact or a customer. */
export type Start = { readonly asset: StartableAsset } | { readonly holder: Holder; readonly name: string };

/** What a search found, as far as a chat can be started with it. */
export type Startable = { readonly assets: readonly StartableAsset[] } & Partial<
	Pick<SearchResults, 'contacts' | 'customers'>
>;

/** What can be started with what was found; `looked_through` has the assets of those who were chosen, by their key. */
export function startChoices(
	found: Startable,
	looked_through: ReadonlyMap<string, readonly StartableAsset[]>,
): Choice<Start>[] {
	const holders = [
		...(found.contacts ?? []).map((contact) => ({
			group: texts.chats.found.contacts,
			name: contact.name,
			about: contact.customer.name,
			icon: 'people' as const,
			holder: { contact_id: contact.contact_id },
		})),
		...(found.customers ?? []).map((customer) => ({
			group: texts.chats.found.customers,
			name: customer.name,
			about: '',
			icon: 'group' as const,
			holder: { customer_id: customer.customer_id },
		})),
	];
	return [
		...found.assets.map((asset) => assetChoice(asset, texts.chats.found.assets, '')),
		...holders.flatMap(({ group, name, about, icon, holder }) => {
			const key = holderKey(holder);
			const assets = looked_through.get(key);
			const own: Choice<Start> = {
				key,
				group,
				icon,
				title: name,
				about,
				does: assets ? texts.chats.found.hideAssets : texts.chats.found.showAssets,
				inner: false,
				target: { holder, name },
			};
			return [own, ...(assets ?? []).map((asset) => assetChoice(asset, group, key))];
		}),
	];
}

/** By what {@link startChoices} knows whose assets were looked through. */
export function holderKey(holder: Holder): string {
	return 'contact_id' in holder ? `contact ${holder.contact_id}` : `customer ${holder.customer_id}`;
}

function assetChoice(asset: StartableAsset, group: string, within: string): Choice<Start> {
	return {
		key: `${within} asset ${asset.asset_id}`,
		group,
		icon: 'device',
		title: asset.name,
		about: owner(asset),
		does: asset.open_chat_id ? texts.chats.found.openItsChat : texts.chats.startChat,
		inner: within !== '',
		target: { asset },
	};
}
