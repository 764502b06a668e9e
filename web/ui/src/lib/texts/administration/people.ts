/** What is said of technicians, and of what they may do. */
export const people = {
	technicians: {
		about: 'Who may sign in here, and to which security groups they belong.',
		aboutElse: 'Who may sign in here, and to which security groups they belong. Administrators change it.',
		loading: 'Loading technicians…',
		add: 'Add a technician',
		added: (name: string) => `${name} can sign in now.`,
		columns: { technician: 'Technician', groups: 'Security groups', state: 'State' },
		you: (name: string) => `${name} (you)`,
		noGroups: 'None: may do nothing',
		disabled: 'Disabled',
		online: 'Online',
		offline: 'Offline',
		rename: 'Rename',
		renameOf: (name: string) => `Rename ${name}`,
		groups: 'Groups',
		groupsOf: (name: string) => `Groups of ${name}`,
		enable: {
			action: 'Enable',
			of: (name: string) => `Enable ${name}`,
			question: (name: string) => `Enable ${name}?`,
			about:
				'They can sign in again with the password that they had, and have the rights that are shown here.',
		},
		disable: {
			action: 'Disable',
			of: (name: string) => `Disable ${name}`,
			question: (name: string) => `Disable ${name}?`,
			about:
				'They are signed out everywhere at once and cannot sign in. Their chats stay theirs until somebody re-assigns them.',
		},
		leave: 'Leave it',
		signingIn: 'Sign-in',
		signingInOf: (name: string) => `Sign-in of ${name}`,
		resetSecondFactor: 'Reset the authenticator',
		resetSecondFactorAbout:
			'For whoever has lost it, and the recovery codes as well. From then on the password alone signs them in, or they set up another where everybody needs one.',
		secondFactorReset: (name: string) => `No code of an authenticator is asked of ${name} any more.`,
		noApiTokens: 'They have no API tokens.',
		giveUp: 'Give up the right',
		givesUp:
			'You could change nothing on this page any more. Somebody else would have to give you the right back.',
		name: 'Name',
		nameTitle: 'Something other than blanks',
		email: 'E-mail address',
		password: 'Password',
		passwordAbout:
			'12 characters or more, and nothing that one could guess. They sign in with it: tell it to them by a safe way.',
		/** Why one was not added or changed, by the kind of the refusal. */
		refusals: {
			'last-admin':
				'Nobody would be left who may manage technicians. Put somebody else into such a group first.',
			'email-taken':
				'A technician has this address already, and may be disabled. Use another address, or enable them again.',
			'missing-right': 'You may not manage technicians and groups. Ask somebody who may.',
			'group-name-taken': 'Another group has this name already.',
			'no-such-security-group': 'This group is not there any more. Load the page again.',
			'no-such-technician': 'This technician is not there any more. Load the page again.',
		},
	},
	signInSettings: {
		title: 'Signing in',
		required: 'Everybody needs an authenticator',
		requiredAbout:
			'Whoever has none can do nothing but set one up, at once, also where they are signed in. It may be you.',
	},
	securityGroups: {
		about: 'What technicians may do. Who is in several groups has the rights of all.',
		aboutElse:
			'What technicians may do. Who is in several groups has the rights of all. Administrators change it.',
		loading: 'Loading security groups…',
		new: 'New security group',
		choiceAbout: 'Of several groups they have the rights of all.',
		columns: { group: 'Group', rights: 'Its members may', members: 'Members' },
		nobody: 'Nobody',
		editOf: (name: string) => `Edit ${name}`,
		editTitle: (name: string) => `Edit “${name}”`,
		saved: 'What they may do holds at once, on open pages, too.',
		administrators: 'Its members may do everything. Neither its name nor its rights can be changed.',
		name: 'Name',
		withoutChat: 'Rights about chats hold for those alone who may use chat, by this group or another.',
		members: 'Members',
		disabledMember: (name: string) => `${name} (disabled)`,
		removeOf: (name: string) => `Remove ${name}`,
		removeQuestion: (name: string) => `Remove “${name}”?`,
		removeAbout: 'Its members lose what they may do by this group alone, at once.',
		removed: (name: string) => `“${name}” is removed.`,
	},
	rights: {
		everything: 'Everything',
		nothing: 'Nothing',
		titles: { chats: 'Chats', work: 'Work', administration: 'Administration' },
		/** Each by its word in the API, with what it means where the name does not say it all. */
		of: {
			use_chat: {
				name: 'Use chat',
				about: 'Without it there are no chats, whatever else is ticked here.',
			},
			see_all_chats: {
				name: 'See all chats',
				about: 'Without it, only their own and those that nobody has.',
			},
			start_chats: { name: 'Start chats' },
			reply: { name: 'Reply', about: 'Also take a chat that nobody has.' },
			reassign_chats: { name: 'Re-assign chats' },
			close_chats: { name: 'Close chats' },
			read_archive: { name: 'Read archived chats' },
			export_chats: { name: 'Export chats' },
			create_tickets: { name: 'Create tickets', about: 'And work on them.' },
			manage_directory: {
				name: 'Manage customers and assets',
				about: 'Contacts, groups of assets and imports, too.',
			},
			manage_policies: { name: 'Manage policies', about: 'And canned replies.' },
			manage_technicians: {
				name: 'Manage technicians and groups',
				about: 'Whoever may do this can give themselves every other right.',
			},
			manage_notifications: { name: 'Manage notification settings of others' },
			see_audit_log: { name: 'See the audit log' },
			operate: {
				name: 'Operate',
				about: 'Let devices in, see how the installation works, and say which tabs everybody has.',
			},
		},
	},
};
