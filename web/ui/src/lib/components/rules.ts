import type { NotificationRule } from '../api/types';

/** What the rules are called where they are chosen, and what is said when they fire. */
export const RULES: Readonly<Record<NotificationRule, { readonly name: string; readonly told: string }>> = {
	unread_offline: {
		name: 'New unread message while I’m offline',
		told: 'A new message came while you were offline',
	},
	unread_online: {
		name: 'New unread message while I’m online',
		told: 'A new message in your chat',
	},
	unassigned_offline: {
		name: 'New unassigned message while I’m offline',
		told: 'A chat without a technician came while you were offline',
	},
	unassigned_online: {
		name: 'New unassigned message while I’m online',
		told: 'A chat without a technician',
	},
	assigned_to_me: {
		name: 'A chat is assigned to me',
		told: 'A chat was assigned to you',
	},
	waited_longer: {
		name: 'A chat has waited longer than',
		told: 'Somebody has waited for long',
	},
};
