import { Problem, explain } from '../api/problem';
import { texts } from '../texts/texts';

/** Why a technician was not added or changed, and what to do about it. */
export function technicianRefusal(error: unknown): string {
	const kind = error instanceof Problem ? error.kind : '';
	return REFUSALS[kind] ?? explain(error);
}

const REFUSALS: Readonly<Record<string, string>> = texts.administration.technicians.refusals;
