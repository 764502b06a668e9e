import type { Right } from '../api/types';
import { texts } from '../texts/texts';

/** A right, as people read it. */
export interface RightWords {
	readonly right: Right;
	readonly name: string;
	/** What it means, where the name does not say it all. */
	readonly about?: string;
}

const { of: WORDS, titles, everything, nothing } = texts.administration.rights;

const named = (...rights: Right[]): RightWords[] => rights.map((right) => ({ right, ...WORDS[right] }));

/** Every right, in groups that belong together. */
export const RIGHTS: readonly { readonly title: string; readonly rights: readonly RightWords[] }[] = [
	{
		title: titles.chats,
		rights: named(
			'use_chat',
			'see_all_chats',
			'start_chats',
			'reply',
			'reassign_chats',
			'close_chats',
			'read_archive',
			'export_chats',
		),
	},
	{ title: titles.work, rights: named('create_tickets', 'manage_directory') },
	{
		title: titles.administration,
		rights: named(
			'manage_policies',
			'manage_technicians',
			'manage_notifications',
			'see_audit_log',
			'operate',
		),
	},
];

/** Rights that are worth nothing without the right to use chat. */
const OF_CHATS: ReadonlySet<Right> = new Set(RIGHTS[0]?.rights.map(({ right }) => right));

/** Whether somebody with these rights may do something. */
export function may(rights: readonly Right[], right: Right): boolean {
	return rights.includes(right) && (!OF_CHATS.has(right) || rights.includes('use_chat'));
}

/** A few words about a set of rights. */
export function rightsInWords(rights: readonly Right[]): string {
	const all = RIGHTS.flatMap((group) => group.rights);
	const some = all.filter(({ right }) => rights.includes(right));
	if (some.length === all.length) return everything;
	if (some.length === 0) return nothing;
	return some.map(({ name }) => name).join(', ');
}
