/** What a key asks for on every page: a new chat, or the list of keys; null when it is none of these. */
export function pageKey(event: KeyboardEvent): 'start' | 'keys' | null {
	const target = event.target as HTMLElement;
	if (event.ctrlKey || event.metaKey || event.altKey) return null;
	if (target.closest('input, textarea, select, dialog, [role="menu"]')) return null;
	if (event.key === 'n') return 'start';
	return event.key === '?' ? 'keys' : null;
}
