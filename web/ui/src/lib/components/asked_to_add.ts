import { page } from '$app/state';

/** Whether whoever comes to a list wants to add to it: the + button leads there by `?new`. */
export function askedToAdd(): boolean {
	return page.url.searchParams.has('new');
}
