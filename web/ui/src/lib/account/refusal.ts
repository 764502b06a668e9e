import { Problem, explain } from '../api/problem';
import { texts } from '../texts/texts';

/** Why somebody was not signed in, or is not believed to be who they are, and what to do about it. */
export function signInRefusal(error: unknown): string {
	const kind = error instanceof Problem ? error.kind : '';
	return REFUSALS[kind] ?? explain(error);
}

const REFUSALS: Readonly<Record<string, string>> = texts.account.refusals;
