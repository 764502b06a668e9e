import { counted } from './plural';

/** What the pages of one’s own account, and those of whoever is not signed in, say. */
export const account = {
	title: 'Your account',
	about: 'How you sign in, and where you are signed in.',
	emailAddress: 'E-mail address',
	goodPassword: '12 characters or more, and nothing that one could guess.',
	password: {
		title: 'Password',
		about: 'Another password signs you out everywhere else.',
		current: 'Current password',
		new: 'New password',
		newAbout:
			'12 characters or more, and nothing that one could guess. A few words that do not belong together do well.',
		change: 'Change the password',
		changed: 'Your password is changed. You are signed out everywhere else.',
	},
	secondFactor: {
		title: 'Authenticator',
		about: 'A code of an app on your telephone beside the password, so that a stolen password is not enough.',
		inUse: (codes_left: number) =>
			`It is in use. You have ${counted(codes_left, 'recovery code', 'recovery codes')} left.`,
		yourPassword: 'Your password',
		setUp: 'Set it up',
		scan: 'Scan this with the app, or type the key into it; then give the code that it shows.',
		picture: 'The key, to scan',
		code: 'Code',
		use: 'Use it',
		used: 'Your authenticator is in use. You are signed out everywhere else.',
		stop: 'Stop using it',
		stopped: 'Your authenticator is not asked for any more.',
	},
	recoveryCodes: {
		about:
			'Recovery codes, for when you lose your telephone: each signs you in once. They are shown this once; keep them where you keep passwords.',
		label: 'Recovery codes',
	},
	sessions: {
		title: 'Where you are signed in',
		about: 'A place that you do not know? Sign out there, and change your password.',
		label: 'Sessions',
		columns: {
			browser: 'Browser',
			address: 'Address',
			signedIn: 'Signed in',
			lastUsed: 'Last used',
			actions: 'Actions',
		},
		here: (browser: string) => `${browser} (here)`,
		unknownAddress: 'unknown',
		signOut: 'Sign out',
		signOutOf: (browser: string) => `Sign out ${browser}`,
		signOutElsewhere: 'Sign out everywhere else',
		unknownBrowser: 'Unknown browser',
		browserOn: (browser: string, system: string) => `${browser} on ${system}`,
	},
	/** Why somebody is not let in, by the kind of the refusal. */
	refusals: {
		'wrong-credentials': 'The password is wrong.',
		'wrong-code': 'The code is wrong, or was used before. Give the one that the app shows now.',
	},
	signIn: {
		title: 'Sign in',
		about: 'For technicians of this help desk.',
		ended: 'Your session has ended. Sign in to go on where you were.',
		wrong: 'The e-mail address or the password is wrong.',
		password: 'Password',
		showPassword: 'Show the password',
		code: 'Code of your authenticator, or a recovery code',
		signingIn: 'Signing in…',
		forgot: 'Forgot the password?',
		noAccount: 'No account? Ask whoever runs this Trayline.',
	},
	forgotPassword: {
		title: 'Forgot the password?',
		about: 'You get an e-mail with a link to take another one.',
		asked:
			'If somebody signs in with this address, an e-mail is on its way. Its link is good for an hour. Nothing comes? Ask an administrator.',
		send: 'Send the link',
		back: 'Back to the sign-in',
	},
	resetPassword: {
		title: 'Take another password',
		about: 'You are signed out everywhere, and sign in with it.',
		done: 'You have another password.',
		signIn: 'Sign in',
		password: 'New password',
		take: 'Take it',
		anotherLink: 'Ask for another link',
	},
	setUp: {
		title: 'Set up this Trayline',
		about:
			'Nobody can sign in yet. Whoever started it was shown a set-up code; with it you become the first administrator.',
		code: 'Set-up code',
		codeExample: 'XXXX-XXXX-XXXX-XXXX',
		beforeCommand: 'Lost it?',
		command: 'trayline admin setup-code',
		afterCommand: 'makes another.',
		name: 'Your name',
		password: 'Password',
		settingUp: 'Setting up…',
		setUp: 'Set up',
	},
};
