/** What the pages under Admin and the Notification Center say. */
export const administration = {
	deadLetters: {
		title: 'Dead letters',
		about:
			'Facts that a worker could not handle. Nothing of them is lost: trayline dead shows, replays and discards them.',
		none: 'There are none.',
		replay: (letter_seq: number) => `trayline dead replay ${letter_seq}`,
	},
};
