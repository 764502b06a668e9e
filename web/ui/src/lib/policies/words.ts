import { Problem, explain } from '../api/problem';
import type { Assignment, Technician } from '../api/types';
import type { EntryDraft } from './draft';
import type { Origin } from './effective';

/** What the sorts of entries are called. */
export const SORTS: Readonly<Record<EntryDraft['type'], string>> = {
	live_chat: 'Live Chat',
	link: 'Link',
	separator: 'Separator',
};

/** Where an inherited setting comes from. */
export const ORIGINS: Readonly<Record<Origin, string>> = {
	entry: 'from the entry',
	policy: 'from this policy’s defaults',
	global: 'from the global policy',
	built_in: 'built in',
};

/** Who gets a chat, by name. */
export function assigneeName(assignment: Assignment, technicians: readonly Technician[]): string {
	if (assignment.type === 'nobody') return 'Nobody';
	const { technician_id } = assignment;
	return technicians.find((known) => known.technician_id === technician_id)?.name ?? 'Somebody unknown';
}

/** Why a policy was not saved: the server's words, without those that are for programs. */
export function policyRefusal(error: unknown): string {
	if (!(error instanceof Problem) || error.kind !== 'malformed') return explain(error);
	return error.message
		.replace(/^Failed to deserialize the JSON body into the target type: /, 'The server does not take this. ')
		.replace(/ at line \d+ column \d+\.?$/, '.')
		.replace(/menu\[(\d+)\](?:\.\w+)?: /, (_, place: string) => `Entry ${Number(place) + 1}: `)
		.replace(/live_chat\.\w+: /, 'Defaults of Live Chat entries: ')
		.replace(/unavailable_seconds/g, 'the unavailable delay');
}
