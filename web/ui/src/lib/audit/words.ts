import { texts } from '../texts/texts';

/** What was done, as people say it. What a later server may note is shown by its own word. */
export function actionInWords(action: string): string {
	return WORDS[action] ?? action;
}

/** What else is known of it, in one line. */
export function detailsInWords(details: Readonly<Record<string, unknown>>): string {
	return Object.entries(details)
		.filter(([, value]) => value !== null && value !== undefined)
		.map(
			([name, value]) =>
				`${name.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
		)
		.join('; ');
}

const WORDS: Readonly<Record<string, string>> = texts.administration.auditLog.actions;
