import { Problem, Unreachable } from './problem';

/** How long the server may take to answer, before it counts as unreachable. */
const PATIENCE_MS = 15_000;

/** Calls the server. Fails with {@link Problem} or {@link Unreachable}. */
export class Caller {
	readonly #fetch: typeof fetch;

	constructor(fetcher: typeof fetch = (...request) => fetch(...request)) {
		this.#fetch = fetcher;
	}

	/** One request to `/api/v1/…`, with a body as JSON if there is one. */
	async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
		let response: Response;
		let text: string;
		try {
			response = await this.#fetch(`/api/v1/${path}`, {
				method,
				headers: body === undefined ? {} : { 'content-type': 'application/json' },
				body: body === undefined ? null : JSON.stringify(body),
				signal: AbortSignal.timeout(PATIENCE_MS),
			});
			text = await response.text();
		} catch {
			throw new Unreachable();
		}
		const answer = parse(text);
		if (!response.ok) throw new Problem(response.status, isRecord(answer) ? answer : {});
		return answer as Answer;
	}
}

/** The query of an address; what is null or empty is left out. */
export function parameters(named: Readonly<Record<string, string | number | null | undefined>>): string {
	const given = new URLSearchParams();
	for (const [name, value] of Object.entries(named)) {
		if (value !== null && value !== undefined && value !== '') given.set(name, String(value));
	}
	return given.size === 0 ? '' : `?${given}`;
}

function parse(text: string): unknown {
	try {
		return text === '' ? undefined : JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
