import { enrolmentKeys } from './administration/enrolment_keys';
import { notifications } from './administration/notifications';
import { operation } from './administration/operation';
import { people } from './administration/people';

/** What the pages under Admin and the Notification Center say. */
export const administration = {
	title: 'Administration',
	about: 'How this installation is set up, and how it does.',
	actions: 'Actions',
	keep: 'Keep it',
	refresh: 'Refresh',
	showOlder: 'Show older ones',
	/** What the pages are for, on the page that leads to them. */
	pages: {
		policies: 'The tray menu of devices, who gets a new chat, and what is said when nobody answers.',
		technicians: 'Who may sign in, and to which security groups they belong.',
		securityGroups:
			'What technicians may do: see and answer chats, manage assets, policies, technicians and so on.',
		cannedReplies: 'Texts that technicians say often, and take by typing / in a chat.',
		assetGroups: 'Assets that are set up together, such as tills or servers.',
		deliveries: 'What was sent by e-mail and by webhook, and with which result.',
		enrolmentKeys: 'Keys with which devices come in: who made them, how often they were used, until when.',
		import: 'Customers, contacts and assets from CSV files, looked at before they go in.',
		auditLog: 'Who did what, when and from where: rights, policies, credentials, and chats.',
		tabs: 'Whether everybody has the tab Chat across the top.',
		system: 'Whether the workers keep up, what they could not handle, and what housekeeping did.',
	},
	cannedReplies: {
		about: 'Texts that are said often. In a chat, begin a message with / to choose one of them.',
		new: 'New canned reply',
		loading: 'Loading canned replies…',
		none: 'There are none yet. Add one for whatever you find yourself writing again and again.',
		shortcut: 'Shortcut',
		shortcutTitle: '1 to 32 letters, digits and dashes',
		shortcutHelp: 'What is typed after the /: letters, digits and dashes.',
		taken: 'Another canned reply has this shortcut. Choose a new one.',
		text: 'Text',
		change: 'Change',
		changeOf: (shortcut: string) => `Change /${shortcut}`,
		changeTitle: 'Change canned reply',
		removeOf: (shortcut: string) => `Remove /${shortcut}`,
		removeQuestion: (shortcut: string) => `Remove /${shortcut}?`,
		removeAbout: 'Nobody can choose it any more. What was sent with it stays.',
		removed: (shortcut: string) => `/${shortcut} is removed.`,
	},
	tabs: {
		about: 'What everybody has across the top, from their next page load on.',
		chatAbout: 'Without it, the chat bubble at the top right still leads to the chats.',
	},
	/** A list that comes in parts, of whatever its label says. */
	list: {
		search: (label: string) => `Search ${label.toLowerCase()}`,
		loading: (label: string) => `Loading ${label.toLowerCase()}…`,
		nothingFound: (search: string) => `Nothing here has “${search}” in it. Try fewer letters.`,
	},
	saving: {
		notSaved: (why: string) => `Not saved. ${why}`,
		unsaved: 'You have unsaved changes.',
		saved: 'Saved.',
		savedAbout: 'Connected devices have it within a second.',
		about: 'Connected devices get a change within a second of saving, others when they connect.',
		takeBack: 'Take back',
		leaveQuestion: 'Leave without saving?',
		leaveAbout: 'What you changed here is not saved yet, and would be lost.',
		leave: 'Leave',
		stay: 'Stay',
	},
	enrolmentKeys,
	...people,
	...notifications,
	...operation,
};
