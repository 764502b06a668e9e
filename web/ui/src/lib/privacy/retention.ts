import { texts } from '../texts/texts';

/** For how many months chats can be kept by choice; the API takes any number. */
const MONTHS: readonly number[] = [1, 3, 6, 12, 24, 36, 60, 84, 120];

/** For how long chats are kept, in words: null is what is usual here, 0 for ever. */
export function retentionInWords(months: number | null): string {
	if (months === null) return texts.privacy.retention.usual;
	return months === 0 ? texts.privacy.retention.forEver : texts.privacy.retention.months(months);
}

/** What one can choose, with what is set now, in order: what is usual, months, for ever. */
export function retentionChoices(now: number | null): readonly (number | null)[] {
	const months = now === null || now === 0 || MONTHS.includes(now) ? MONTHS : [...MONTHS, now];
	return [null, ...months.toSorted((one, other) => one - other), 0];
}
