/** What was done, as people say it. What a later server may note is shown by its own word. */
export function actionInWords(action: string): string {
	return WORDS[action] ?? action;
}

/** What else is known of it, in one line. */
export function detailsInWords(details: Readonly<Record<string, unknown>>): string {
	return Object.entries(details)
		.filter(([, value]) => value !== null && value !== undefined)
		.map(
			([name, value]) =>
				`${name.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
		)
		.join('; ');
}

const WORDS: Readonly<Record<string, string>> = {
	'audit_log.exported': 'Exported the audit log',
	'chat.assigned': 'Assigned a chat',
	'chat.closed': 'Closed a chat',
	'chat.exported': 'Exported a chat',
	'chat.opened': 'Started a chat',
	'chat.read': 'Read a chat of another',
	'enrolment_key.added': 'Made an enrolment key',
	'notification_settings.changed': 'Changed notification settings',
	'policy.added': 'Added a policy',
	'policy.changed': 'Changed a policy',
	'policy.made_global': 'Made a policy the global one',
	'policy.removed': 'Removed a policy',
	'security_group.added': 'Added a security group',
	'security_group.changed': 'Changed a security group',
	'security_group.removed': 'Removed a security group',
	'technician.added': 'Added a technician',
	'technician.changed': 'Changed a technician',
};
