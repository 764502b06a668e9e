import { Problem, explain } from '../api/problem';

/** Why a technician was not added or changed, and what to do about it. */
export function technicianRefusal(error: unknown): string {
	const kind = error instanceof Problem ? error.kind : '';
	return REFUSALS[kind] ?? explain(error);
}

const REFUSALS: Readonly<Record<string, string>> = {
	'last-admin': 'Nobody would be left who may manage technicians. Put somebody else into such a group first.',
	'email-taken':
		'A technician has this address already, and may be disabled. Use another address, or enable them again.',
	'missing-right': 'You may not manage technicians and groups. Ask somebody who may.',
	'group-name-taken': 'Another group has this name already.',
	'no-such-security-group': 'This group is not there any more. Load the page again.',
	'no-such-technician': 'This technician is not there any more. Load the page again.',
};
