import { counted } from './plural';

/** What the pages of policies and their editor say. */
export const policies = {
	title: 'Policies',
	about: 'What devices show in their tray menu, and how chats from there are handled.',
	policy: 'Policy',
	name: 'Name',
	add: 'New policy',
	addAndEdit: 'Add and edit',
	loading: 'Loading policies…',
	nearestWins:
		'The nearest policy wins, setting by setting: that of the device itself, of its asset group, of its customer, and last the global one. Devices that have a policy by themselves are not listed here.',
	notBlank: 'Something other than blanks',
	inherit: 'Inherit',
	inheritThat: (inherited: string) => `Inherit (${inherited})`,
	/** A setting that is inherited, and whence. */
	valueFrom: (value: string, origin: string) => `${value}, ${origin}`,
	inherited: 'Inherited',
	noneInherited: 'None: inherited',
	nothingIsSaid: 'Nothing is said',
	/** What the sorts of entries are called. */
	sorts: { live_chat: 'Live Chat', link: 'Link', separator: 'Separator' },
	/** Where an inherited setting comes from. */
	origins: {
		entry: 'from the entry',
		policy: 'from this policy’s defaults',
		global: 'from the global policy',
		built_in: 'built in',
	},
	table: {
		menu: 'Tray menu',
		entries: (count: number) => counted(count, 'entry', 'entries'),
		usedBy: 'Used by',
		actions: 'Actions',
		global: 'Global: every device',
		groups: 'Asset groups:',
		customers: 'Customers:',
		unused: 'No customer or group',
		makeGlobal: 'Make global',
		makeThisGlobal: (name: string) => `Make ${name} the global policy`,
		removeThis: (name: string) => `Remove ${name}`,
		andMore: (names: string, more: number) => `${names} and ${more} more`,
	},
	global: {
		question: (name: string) => `Make “${name}” the global policy?`,
		about:
			'Every device takes from it what no nearer policy says. Connected devices get their new menu within a second.',
		yes: 'Make it global',
		no: 'Leave it',
		made: (name: string) => `“${name}” is the global policy now.`,
	},
	removal: {
		question: (name: string) => `Remove “${name}”?`,
		inUse: 'It is still in use, so it stays. It is the policy of:',
		giveAnother: 'Give them another policy first, then remove this one.',
		about: 'Only a policy that nothing uses can be removed. Devices and chats are not touched.',
		keep: 'Keep it',
		removed: 'The policy is removed.',
	},
	/** What still uses a policy. */
	uses: {
		everyDevice: 'every device, as the global policy',
		customers: (count: number) => inEnglish(count, 'customer', 'customers'),
		asset_groups: (count: number) => inEnglish(count, 'asset group', 'asset groups'),
		assets: (count: number) => inEnglish(count, 'device by itself', 'devices by themselves'),
		enrolment_keys: (count: number) => inEnglish(count, 'enrolment key', 'enrolment keys'),
	},
	page: {
		about: 'What it does not set is inherited from the policies above it, at last from the global one.',
		aboutGlobal: 'The global policy: it holds for every device, wherever no nearer policy says anything.',
		all: 'All policies',
		gone: 'There is no such policy; somebody may have removed it. Choose another one from the list of all policies.',
		loading: 'Loading the policy…',
	},
	editor: {
		defaults: 'Defaults of Live Chat entries',
		aboutDefaults:
			'What holds for every Live Chat entry that does not say so itself, here and in inherited menus.',
		/** Why the server did not take it: put in place of what it says for programs. */
		refusal: {
			notTaken: 'The server does not take this.',
			entry: (number: number) => `Entry ${number}:`,
			defaults: 'Defaults of Live Chat entries:',
			unavailableDelay: 'the unavailable delay',
		},
	},
	menu: {
		title: 'System tray menu',
		about: 'What opens when somebody clicks the Trayline icon on their device.',
		choice: 'The menu',
		inherit: 'Inherit it',
		own: 'A menu of its own',
		nextPolicy: 'Devices show the menu of the next policy that has one, at last the global one.',
		nothingAbove: 'No policy is above the global one: devices show a single entry, which opens the chat.',
		defaultsHold: 'The defaults below hold for it all the same.',
		entries: 'Entries of the menu',
		none: 'The menu is empty: a device shows no entries. Add one.',
		entry: (sort: string, number: number) => `${sort}, entry ${number}`,
		added: (sort: string) => `${sort} added at the end`,
		moved: (sort: string, number: number, count: number) => `${sort} is entry ${number} of ${count} now`,
		removed: (sort: string) => `${sort} removed`,
		drag: 'Drag to another place',
		move: {
			up: { label: (entry: string) => `Move up: ${entry}`, hint: 'Move up (Alt and arrow up)' },
			down: { label: (entry: string) => `Move down: ${entry}`, hint: 'Move down (Alt and arrow down)' },
		},
		removeThis: (entry: string) => `Remove: ${entry}`,
	},
	link: {
		title: 'Title',
		address: 'Address',
		addressHint: 'It begins with http:// or https://',
		addressExample: 'https://…',
	},
	liveChat: {
		title: 'Menu Title',
		delay: 'Unavailable delay, in seconds',
		message: 'Unavailable Message',
		emptyMessage: 'Empty: nothing is said',
		onOrOff: 'On or off',
		on: 'on',
		off: 'off',
		turnOn: 'On: shown in the menu',
		turnOff: 'Off: not shown',
	},
	assignment: {
		title: 'Technician Assignment',
		anyone: 'Nobody: anyone takes it',
		inVain: (name: string) => `${name} may not chat now, so new chats stay unassigned.`,
		nobody: 'Nobody',
		unknown: 'Somebody unknown',
	},
	preview: {
		title: 'On the device',
		about: 'With this policy and the global one. A nearer policy may change it.',
		menu: 'Preview of the menu',
		separator: 'Separator',
		none: 'No entries',
		time: '09:41',
		day: 'Monday',
	},
	/** What holds for one asset. */
	ofAsset: {
		menuFrom: (origin: string) => `The menu comes from: ${origin}.`,
		from: (policy: string, level: string) => `${policy}, for ${level}`,
		builtIn: 'built in',
		levels: {
			asset: 'this asset',
			asset_group: 'its group',
			customer: 'its customer',
			global: 'all assets',
		},
		liveChat: 'Live Chat',
		settings: 'Settings of Live Chat',
		title: 'Menu title',
		shown: 'Shown',
		isShown: 'Yes',
		isNotShown: 'No',
		technician: 'Technician',
		certainOne: 'A certain one',
		anyone: 'Nobody: anyone may take it',
		delay: 'Unavailable after',
		seconds: (seconds: number) => `${seconds} s`,
		message: 'Unavailable message',
		line: 'A line',
	},
};

/** A count with its word, the number as it is written in English whatever the browser's language. */
function inEnglish(count: number, one: string, other: string): string {
	return `${count.toLocaleString('en-GB')} ${count === 1 ? one : other}`;
}
