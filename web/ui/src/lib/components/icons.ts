/** The lines of each icon, in a square of 24. */
export const PATHS = {
	search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zm5-2 5 5',
	plus: 'M12 5v14M5 12h14',
	back: 'M15 5l-7 7 7 7',
	down: 'M12 5v14M6 13l6 6 6-6',
	close: 'M6 6l12 12M18 6 6 18',
	send: 'M4 12l16-8-6 16-3-7z',
	clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2',
	tick: 'M5 13l4 4L19 7',
	ticks: 'M2 13l4 4L16 7M11 16l1 1L22 7',
	warning: 'M12 4 2.500 20h19zM12 10v5M12 17.500v.5',
	device: 'M4 5h16v11H4zM9 20h6M12 16v4',
	note: 'M5 4h14v11l-5 5H5zM14 20v-5h5',
	chats: 'M4 5h16v11H10l-5 4v-4H4z',
	leave: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
	keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8',
	automatic: 'M13 3 5 13h6l-1 8 8-11h-6z',
	bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
	sound: 'M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11',
	muted: 'M4 9v6h4l5 4V5L8 9zM16 10l5 5M21 10l-5 5',
	sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M4.900 4.900l1.400 1.400M17.700 17.700l1.400 1.400M2 12h2M20 12h2M4.900 19.100l1.400-1.400M17.700 6.300l1.400-1.400',
	moon: 'M20 14.500A8 8 0 0 1 9.500 4a8 8 0 1 0 10.500 10.500z',
	eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
	up: 'M12 19V5M6 11l6-6 6 6',
	grip: 'M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01',
	link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
	line: 'M4 12h16',
	list: 'M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01',
	people:
		'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6M18 14.500a6.500 6.500 0 0 1 3.500 5.500',
	person: 'M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0',
	group: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
	smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 14a4.500 4.500 0 0 0 8 0M9 9.500h.01M15 9.500h.01',
	gauge: 'M4 18a9 9 0 1 1 16 0M12 15l4-5',
};

/** An icon by its name. */
export type IconName = keyof typeof PATHS;
