/** What a key asks for, besides moving in the list. */
export type Asked = 'leave_chat' | 'done';

/** The list of chats, as far as keys move in it. */
export interface ListOfChats {
	/** Focuses the next chat, or the one before. */
	move(places: 1 | -1): void;
	/** Focuses the open chat, else the first one. */
	focusOpen(): void;
}

/** Moves in the list of chats by keys, and tells what else a key asks for; null when it is none of ours. */
export function listKey(event: KeyboardEvent, list: ListOfChats): Asked | null {
	const target = event.target as HTMLElement;
	if (event.ctrlKey || event.metaKey || event.altKey || target.closest('dialog')) return null;
	if (target.closest('input, textarea, select')) {
		if (event.key !== 'Escape') return null;
		list.focusOpen();
		return 'done';
	}
	switch (event.key) {
		case 'j':
			return moved(list, 1);
		case 'k':
			return moved(list, -1);
		case 'ArrowDown':
			return target.closest('[role="log"]') ? null : moved(list, 1);
		case 'ArrowUp':
			return target.closest('[role="log"]') ? null : moved(list, -1);
		case '/':
			document.getElementById('search')?.focus();
			return 'done';
		case 'Escape':
			return 'leave_chat';
		default:
			return null;
	}
}

/** The place to go to: from the focused one, else from the open one (-1 for neither), else from an end; null in an empty list. */
export function stepFrom(focused: number, open: number, places: 1 | -1, count: number): number | null {
	if (count === 0) return null;
	const from = focused === -1 ? open : focused;
	if (from === -1) return places === 1 ? 0 : count - 1;
	return Math.max(0, Math.min(count - 1, from + places));
}

function moved(list: ListOfChats, places: 1 | -1): Asked {
	list.move(places);
	return 'done';
}
