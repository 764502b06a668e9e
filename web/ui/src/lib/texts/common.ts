/** Words that many pages say. */
export const common = {
	add: 'Add',
	cancel: 'Cancel',
	close: 'Close',
	edit: 'Edit',
	loading: 'Loading…',
	more: 'Show more',
	remove: 'Remove',
	save: 'Save',
	search: 'Search',
	tryAgain: 'Try again',
};
