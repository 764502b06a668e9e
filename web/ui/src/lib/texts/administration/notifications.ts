import { counted } from '../plural';

/** What is said of what technicians are told of, and how it went. */
export const notifications = {
	notifications: { about: 'What you are told of, how, and what you were told.' },
	channels: { in_app: 'In the app', email: 'E-mail', webhook: 'Webhook' },
	/** What the rules are called where they are chosen, and what is said when they fire. */
	rules: {
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
	},
	ruleTable: {
		title: 'Tell me about',
		about: (email: string) =>
			`Once per chat that you have not read, not per message. E-mail goes to ${email}.`,
		loading: 'Loading your settings…',
		label: 'Events and channels',
		event: 'Event',
		minutesToWait: 'Minutes to wait',
		minutes: 'minutes',
		by: (rule: string, channel: string) => `${rule}: ${channel}`,
	},
	webhook: {
		title: 'Your webhook',
		beforeLog: 'Where notices go that you want by webhook. Each request is signed. What became of it, the',
		log: 'delivery log',
		afterLog: 'tells.',
		address: 'Address',
		addressExample: 'https://hooks.example.com/…',
		body: 'Body',
		formats: {
			trayline: 'Trayline’s own JSON, with all details',
			text: 'A text, as Slack and Teams take it',
		},
		secret: 'The key that signs its requests. It is shown this once: keep it where you check them.',
		saved: 'The webhook is saved.',
		test: 'Send a test',
		tested: 'A test is on its way. The delivery log tells how it went.',
		rotate: 'Make another key',
	},
	deliveries: {
		about: 'What was sent to you, by e-mail and by webhook, and with which result.',
		aboutAll: 'What was sent to whom, by e-mail and by webhook, and with which result.',
		loading: 'Loading deliveries…',
		none: 'Nothing was sent yet. Who wants e-mail or a webhook chooses so in the Notification Center.',
		label: 'Deliveries',
		columns: { when: 'When', to: 'To', channel: 'Channel', about: 'About', result: 'Result' },
		states: { pending: 'On its way', sent: 'Sent', failed: 'Failed', withdrawn: 'Withdrawn' },
		aTest: 'A test',
		attempts: (count: number) => `after ${counted(count, 'attempt', 'attempts')}`,
	},
};
