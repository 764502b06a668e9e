/** What is said from behind the pages: times, refusals, names of pages and what a search offers. */
export const modules = {
	time: {
		now: 'now',
		minutes: (count: number) => `${count} min`,
		hours: (count: number) => `${count} h`,
		hoursAndMinutes: (hours: number, minutes: number) => `${hours} h ${minutes} min`,
		days: (count: number) => (count === 1 ? '1 day' : `${count} days`),
		underAMinute: 'under a minute',
		today: 'Today',
		yesterday: 'Yesterday',
	},
};
