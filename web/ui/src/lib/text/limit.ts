import { texts } from '../texts/texts';

/** The most bytes that a message may have, in UTF-8. */
export const MAX_BYTES = 16 * 1024;

/** How far a text is from what may be sent. */
export interface Measure {
	bytes: number;
	/** Why it cannot be sent, for the person who wrote it; null when it can. */
	problem: string | null;
	/** Whether it is so near the limit that its length should be shown. */
	near: boolean;
}

/** Measures a text against what a message may be: some text, at most {@link MAX_BYTES}, and no NUL. */
export function measure(text: string): Measure {
	const bytes = new TextEncoder().encode(text).length;
	return { bytes, problem: problem(text, bytes), near: bytes > MAX_BYTES * 0.9 };
}

function problem(text: string, bytes: number): string | null {
	if (bytes > MAX_BYTES) {
		const over = (bytes - MAX_BYTES).toLocaleString('en-GB');
		return texts.chats.limit.tooLong(over, bytes - MAX_BYTES);
	}
	if (text.includes('\0')) return texts.chats.limit.nul;
	return null;
}
