/** What the pages of one’s own account, and those of whoever is not signed in, say. */
export const account = {
	recoveryCodes: {
		about:
			'Recovery codes, for when you lose your telephone: each signs you in once. They are shown this once; keep them where you keep passwords.',
		label: 'Recovery codes',
	},
};
