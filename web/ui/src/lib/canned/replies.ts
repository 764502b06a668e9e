import type { CannedReply } from '../api/types';

/** How many canned replies are offered at once. */
const OFFERED = 8;

/** The word after the `/` with which a message begins; null unless it is all that was written so far. */
export function cannedWord(text: string): string | null {
	return /^\/([\p{L}\p{N}-]*)$/u.exec(text)?.[1] ?? null;
}

/** The replies that a word may mean: first those whose shortcut begins with it, then those that have it anywhere. */
export function offered(replies: readonly CannedReply[], word: string): CannedReply[] {
	const wanted = word.toLowerCase();
	const rank = ({ shortcut, text }: CannedReply) => {
		const at = shortcut.toLowerCase().indexOf(wanted);
		return at === 0 ? 0 : at > 0 ? 1 : text.toLowerCase().includes(wanted) ? 2 : 3;
	};
	const ranked = replies.map((reply) => ({ reply, rank: rank(reply) })).filter(({ rank }) => rank < 3);
	return ranked
		.sort((left, right) => left.rank - right.rank)
		.slice(0, OFFERED)
		.map(({ reply }) => reply);
}

/** In the order of their shortcuts, as the server lists them. */
export function byShortcut(replies: readonly CannedReply[]): CannedReply[] {
	return [...replies].sort((left, right) => left.shortcut.localeCompare(right.shortcut));
}
