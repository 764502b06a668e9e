/** A stretch of a text: plain, or a link to follow. */
export type Segment = { text: string; href: null } | { text: string; href: string };

/**
 * Cuts a text into plain stretches and links, http and https alone. The stretches joined are the text, byte for byte.
 */
export function segments(text: string): Segment[] {
	const found: Segment[] = [];
	let end = 0;
	for (const match of text.matchAll(ADDRESS)) {
		const shown = withoutTail(match[0]);
		const href = address(shown);
		if (href === null) continue;
		if (match.index > end) found.push({ text: text.slice(end, match.index), href: null });
		found.push({ text: shown, href });
		end = match.index + shown.length;
	}
	if (end < text.length) found.push({ text: text.slice(end), href: null });
	return found;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/gi;
const CLOSING = [
	[')', '('],
	[']', '['],
	['}', '{'],
] as const;

/** Leaves out what ends the sentence rather than the address: `.`, `,`, and a bracket that was opened before it. */
function withoutTail(shown: string): string {
	const unopened = new Map<string, number>();
	for (const [closing, opening] of CLOSING)
		unopened.set(closing, count(shown, closing) - count(shown, opening));
	let end = shown.length;
	for (; end > 0; end -= 1) {
		const last = shown.charAt(end - 1);
		const excess = unopened.get(last) ?? 0;
		if (excess > 0) unopened.set(last, excess - 1);
		else if (!'.,:;!?*_'.includes(last)) break;
	}
	return shown.slice(0, end);
}

function count(text: string, character: string): number {
	return text.split(character).length - 1;
}

function address(shown: string): string | null {
	try {
		const url = new URL(shown);
		return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
	} catch {
		return null;
	}
}
