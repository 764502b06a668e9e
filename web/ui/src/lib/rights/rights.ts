import type { Right } from '../api/types';

/** A right, as people read it. */
export interface RightWords {
	readonly right: Right;
	readonly name: string;
	/** What it means, where the name does not say it all. */
	readonly about?: string;
}

/** Every right, in groups that belong together. */
export const RIGHTS: readonly { readonly title: string; readonly rights: readonly RightWords[] }[] = [
	{
		title: 'Chats',
		rights: [
			{
				right: 'use_chat',
				name: 'Use chat',
				about: 'Without it there are no chats, whatever else is ticked here.',
			},
			{
				right: 'see_all_chats',
				name: 'See all chats',
				about: 'Without it, only their own and those that nobody has.',
			},
			{ right: 'start_chats', name: 'Start chats' },
			{ right: 'reply', name: 'Reply', about: 'Also take a chat that nobody has.' },
			{ right: 'reassign_chats', name: 'Re-assign chats' },
			{ right: 'close_chats', name: 'Close chats' },
			{ right: 'read_archive', name: 'Read archived chats' },
			{ right: 'export_chats', name: 'Export chats' },
		],
	},
	{
		title: 'Work',
		rights: [
			{ right: 'create_tickets', name: 'Create tickets', about: 'And work on them.' },
			{
				right: 'manage_directory',
				name: 'Manage customers and assets',
				about: 'Contacts, groups of assets and imports, too.',
			},
		],
	},
	{
		title: 'Administration',
		rights: [
			{ right: 'manage_policies', name: 'Manage policies', about: 'And canned replies.' },
			{
				right: 'manage_technicians',
				name: 'Manage technicians and groups',
				about: 'Whoever may do this can give themselves every other right.',
			},
			{ right: 'manage_notifications', name: 'Manage notification settings of others' },
			{ right: 'see_audit_log', name: 'See the audit log' },
			{
				right: 'operate',
				name: 'Operate',
				about: 'Let devices in, see how the installation works, and say which tabs everybody has.',
			},
		],
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
	if (some.length === all.length) return 'Everything';
	if (some.length === 0) return 'Nothing';
	return some.map(({ name }) => name).join(', ');
}
