/** What is said of how the installation does, and of what was done in it. */
export const operation = {
	auditLog: {
		about:
			'Who did what, when and from where. Nothing here can be changed. Whoever exports it is noted, too.',
		export: 'Export',
		columns: { when: 'When', who: 'Who', what: 'What', from: 'From' },
		empty: 'Nothing is in it yet.',
		/** What was done, by its word in the API. */
		actions: {
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
		},
	},
	system: {
		about: 'How this installation does, as of a few seconds ago.',
		asking: 'Asking the workers…',
	},
	workers: {
		title: 'Workers',
		label: 'Workers, and how they do',
		columns: {
			worker: 'Worker',
			state: 'State',
			instances: 'Instances',
			waiting: 'Waiting',
			oldest: 'Oldest',
			handled: 'Handled',
			failures: 'Failures',
			deadLetters: 'Dead letters',
		},
		states: { stopped: 'Not running', behind: 'Behind', running: 'Running' },
		instance: (host: string, process_id: number, version: string) =>
			`${host}, process ${process_id}, version ${version}`,
	},
	deadLetters: {
		title: 'Dead letters',
		about:
			'Facts that a worker could not handle. Nothing of them is lost: trayline dead shows, replays and discards them.',
		none: 'There are none.',
		replay: (letter_seq: number) => `trayline dead replay ${letter_seq}`,
	},
	jobs: {
		title: 'Housekeeping',
		about: 'Jobs that run by the clock, whichever instance takes them.',
		none: 'No job ran yet.',
		label: 'Jobs, and when they ran',
		columns: { job: 'Job', lastRun: 'Last run', outcome: 'What it did' },
		unfinished: 'It runs, or was interrupted',
	},
};
