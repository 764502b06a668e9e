import { Problem, explain } from '../api/problem';

/** Why a technician was not added or changed, and what to do about it. */
export function technicianRefusal(error: unknown): string {
	const kind = error instanceof Problem ? error.kind : '';
	return REFUSALS[kind] ?? explain(error);
}

const REFUSALS: Readonly<Record<string, string>> = {
	'last-admin': 'Nobody would be left who may change technicians. Make somebody else an administrator first.',
	'email-taken':
		'A technician has this address already, and may be disabled. Use another address, or enable them again.',
	'not-admin': 'Only an administrator may change technicians. Ask one of them.',
	'no-such-technician': 'This technician is not there any more. Load the page again.',
};
