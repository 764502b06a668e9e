import type { Right, SearchResults, SignedInTechnician } from '../api/types';
import { may } from '../rights/rights';
import { texts } from '../texts/texts';
import { owner, type Choice } from './choice';
import { pagesFor, type NamedPage } from './pages';

/** Where the command palette leads. */
export type Reached =
	| { readonly to: 'page'; readonly href: NamedPage['href'] }
	| { readonly to: 'customer' | 'contact' | 'asset' | 'chat'; readonly id: string }
	| { readonly to: 'new_chat'; readonly asset: { readonly asset_id: string; readonly name: string } };

/** What the palette offers for what was typed: pages at once, the rest as soon as it is found. */
export function paletteChoices(
	typed: string,
	found: SearchResults | null,
	me: SignedInTechnician,
): Choice<Reached>[] {
	const wanted = typed.trim().toLowerCase();
	const pages = pagesFor(me).filter(({ name }) => name.toLowerCase().includes(wanted));
	const chats = (found?.chats ?? []).map((chat) => ({
		...line(`chat ${chat.chat_id}`, texts.chats.found.chats, 'chats', chat.customer.name),
		about: chat.contact ? `${chat.contact.name} · ${chat.asset.name}` : chat.asset.name,
		target: { to: 'chat', id: chat.chat_id } as const,
	}));
	return [
		...pages.map(({ href, name }) => ({
			...line(`page ${href}`, texts.chats.found.pages, 'list', name),
			target: { to: 'page', href } as const,
		})),
		...chats,
		...(found?.assets ?? []).flatMap((asset) => assetChoices(asset, me.rights)),
		...(found?.contacts ?? []).map((contact) => ({
			...line(`contact ${contact.contact_id}`, texts.chats.found.contacts, 'people', contact.name),
			about: contact.customer.name,
			target: { to: 'contact', id: contact.contact_id } as const,
		})),
		...(found?.customers ?? []).map((customer) => ({
			...line(`customer ${customer.customer_id}`, texts.chats.found.customers, 'group', customer.name),
			target: { to: 'customer', id: customer.customer_id } as const,
		})),
	];
}

/** An asset's page, and its chat: the one that is open, or a new one. */
function assetChoices(asset: SearchResults['assets'][number], rights: readonly Right[]): Choice<Reached>[] {
	const { asset_id, name, open_chat_id } = asset;
	const own: Choice<Reached> = {
		...line(`asset ${asset_id}`, texts.chats.found.assets, 'device', name),
		about: owner(asset),
		target: { to: 'asset', id: asset_id },
	};
	if (!may(rights, open_chat_id ? 'use_chat' : 'start_chats')) return [own];
	const chat: Choice<Reached> = {
		...line(
			`chat on ${asset_id}`,
			texts.chats.found.assets,
			'chats',
			open_chat_id ? texts.chats.found.openItsChat : texts.chats.startAChat,
		),
		about: texts.chats.found.with(name),
		does: open_chat_id ? texts.chats.found.open : texts.chats.found.start,
		inner: true,
		target: open_chat_id ? { to: 'chat', id: open_chat_id } : { to: 'new_chat', asset: { asset_id, name } },
	};
	return [own, chat];
}

function line(key: string, group: string, icon: Choice<Reached>['icon'], title: string) {
	return { key, group, icon, title, about: '', does: texts.chats.found.go, inner: false };
}
