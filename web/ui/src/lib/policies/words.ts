import { Problem, explain } from '../api/problem';
import type { Assignment, Technician } from '../api/types';
import { texts } from '../texts/texts';

/** Who gets a chat, by name. */
export function assigneeName(assignment: Assignment, technicians: readonly Technician[]): string {
	if (assignment.type === 'nobody') return texts.policies.assignment.nobody;
	const { technician_id } = assignment;
	return (
		technicians.find((known) => known.technician_id === technician_id)?.name ??
		texts.policies.assignment.unknown
	);
}

/** Why a policy was not saved: the server's words, without those that are for programs. */
export function policyRefusal(error: unknown): string {
	if (!(error instanceof Problem) || error.kind !== 'malformed') return explain(error);
	const { refusal } = texts.policies.editor;
	return error.message
		.replace(/^Failed to deserialize the JSON body into the target type: /, `${refusal.notTaken} `)
		.replace(/ at line \d+ column \d+\.?$/, '.')
		.replace(/menu\[(\d+)\](?:\.\w+)?: /, (_, place: string) => `${refusal.entry(Number(place) + 1)} `)
		.replace(/live_chat\.\w+: /, `${refusal.defaults} `)
		.replace(/unavailable_seconds/g, refusal.unavailableDelay);
}
