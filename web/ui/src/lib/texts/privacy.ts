import { counted } from './plural';

/** What is said of handing out, erasing and keeping what people said. */
export const privacy = {
	export: 'Export',
	exportAbout: 'Everything that is kept, as a file of JSON lines',
	erase: 'Erase…',
	erasing: {
		contact: 'Erase this contact',
		customer: 'Erase this customer',
		aboutContact:
			'The name goes at once. Soon after go all chats of the assets that they use, and of tickets for them, here and on the broker, and what the tickets say. Open chats are closed.',
		aboutCustomer:
			'The name goes at once. Soon after go the names of its contacts and assets, all chats of its assets, here and on the broker, and what its tickets say. Open chats are closed.',
		stays:
			'Ids, times and numbers stay. So do e-mails that were sent, files that were exported, and backups.',
		forGood: 'This cannot be taken back.',
		type: (name: string) => `Type “${name}” to confirm`,
		action: 'Erase for good',
	},
	erasure: {
		goesOn: (chats: number) => `This is being erased. ${counted(chats, 'chat is', 'chats are')} gone so far.`,
		finished: (chats: number, when: string) =>
			`This was erased ${when}, with ${counted(chats, 'chat', 'chats')}. What came later is kept.`,
	},
	retention: {
		label: 'Ended chats are kept',
		about: 'After that they are forgotten for good, here and on the broker.',
		usual: 'As long as is usual here',
		forEver: 'For ever',
		months: (months: number) =>
			months % 12 === 0 ? counted(months / 12, 'year', 'years') : counted(months, 'month', 'months'),
	},
};
