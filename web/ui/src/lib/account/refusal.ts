import { Problem, explain } from '../api/problem';

/** Why somebody was not signed in, or is not believed to be who they are, and what to do about it. */
export function signInRefusal(error: unknown): string {
	const kind = error instanceof Problem ? error.kind : '';
	return REFUSALS[kind] ?? explain(error);
}

const REFUSALS: Readonly<Record<string, string>> = {
	'wrong-credentials': 'The password is wrong.',
	'wrong-code': 'The code is wrong, or was used before. Give the one that the app shows now.',
};
