/** What a key asks for, besides moving in the list. */
export type Asked = 'start' | 'keys' | 'leave_chat' | 'done';

/** Moves in the list of chats by keys, and tells what else a key asks for; null when it is none of ours. */
export function listKey(event: KeyboardEvent): Asked | null {
	const target = event.target as HTMLElement;
	if (event.ctrlKey || event.metaKey || event.altKey || target.closest('dialog')) return null;
	if (target.closest('input, textarea, select')) return event.key === 'Escape' ? focusList() : null;
	switch (event.key) {
		case 'j':
			return move(1);
		case 'k':
			return move(-1);
		case 'ArrowDown':
			return target.closest('[role="log"]') ? null : move(1);
		case 'ArrowUp':
			return target.closest('[role="log"]') ? null : move(-1);
		case '/':
			document.getElementById('search')?.focus();
			return 'done';
		case 'n':
			return 'start';
		case '?':
			return 'keys';
		case 'Escape':
			return 'leave_chat';
		default:
			return null;
	}
}

/** Focuses the chat so many places on: from the focused one, else from the open one, else from the top. */
function move(places: 1 | -1): Asked {
	const links = [...document.querySelectorAll<HTMLElement>('#chat-list a')];
	const focused = links.findIndex((link) => link === document.activeElement);
	const from = focused === -1 ? links.findIndex((link) => link.hasAttribute('aria-current')) : focused;
	const to = from === -1 ? (places === 1 ? 0 : links.length - 1) : from + places;
	links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
	return 'done';
}

function focusList(): Asked {
	const current = document.querySelector<HTMLElement>('#chat-list a[aria-current]');
	(current ?? document.querySelector<HTMLElement>('#chat-list a'))?.focus();
	return 'done';
}
