import { texts } from '../texts/texts';

/** One emoji. */
export interface Emoji {
	/** What is written. */
	readonly text: string;
	readonly name: string;
	/** By what else it is found. */
	readonly tags: readonly string[];
}

/** Emojis of one sort. */
export interface EmojiGroup {
	readonly name: string;
	readonly emojis: readonly Emoji[];
}

/** An emoji of the data set, as far as it matters here. */
interface RawEmoji {
	readonly unicode: string;
	readonly label: string;
	readonly tags?: readonly string[];
	readonly group?: number;
}

/** What the data set's groups are called, in the order in which they are shown. */
const GROUPS = new Map([
	[0, texts.chats.emojiGroups.smileys],
	[1, texts.chats.emojiGroups.people],
	[3, texts.chats.emojiGroups.animals],
	[4, texts.chats.emojiGroups.food],
	[5, texts.chats.emojiGroups.travel],
	[6, texts.chats.emojiGroups.activities],
	[7, texts.chats.emojiGroups.objects],
	[8, texts.chats.emojiGroups.symbols],
	[9, texts.chats.emojiGroups.flags],
]);

/** The data set's emojis by group; parts of emojis, which nobody writes alone, are left out. */
export function byGroup(raw: readonly RawEmoji[]): EmojiGroup[] {
	return [...GROUPS].map(([number, name]) => ({
		name,
		emojis: raw
			.filter(({ group }) => group === number)
			.map(({ unicode, label, tags = [] }) => ({ text: unicode, name: label, tags })),
	}));
}

/** Those with every word in their name or begun by a word in their tags; groups without any are left out. */
export function found(groups: readonly EmojiGroup[], typed: string): EmojiGroup[] {
	const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
	const fits = ({ name, tags }: Emoji) =>
		words.every((word) => name.toLowerCase().includes(word) || tags.some((tag) => tag.startsWith(word)));
	return groups
		.map(({ name, emojis }) => ({ name, emojis: emojis.filter(fits) }))
		.filter(({ emojis }) => emojis.length > 0);
}

/** A key that moves among emojis. */
export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/**
 * The place that a key leads to, among all emojis counted through. Each group begins a row of its own, of so many
 * columns; at the ends it stays where it is.
 */
export function step(
	groups: readonly EmojiGroup[],
	columns: number,
	place: number,
	direction: Direction,
): number {
	const rows: { first: number; length: number }[] = [];
	let count = 0;
	for (const { emojis } of groups) {
		for (let first = 0; first < emojis.length; first += columns)
			rows.push({ first: count + first, length: Math.min(columns, emojis.length - first) });
		count += emojis.length;
	}
	if (direction === 'ArrowLeft') return Math.max(0, place - 1);
	if (direction === 'ArrowRight') return Math.max(0, Math.min(count - 1, place + 1));
	const row = rows.findIndex(({ first, length }) => place < first + length);
	const to = rows[direction === 'ArrowUp' ? row - 1 : row + 1];
	return to ? to.first + Math.min(place - (rows[row]?.first ?? 0), to.length - 1) : place;
}
