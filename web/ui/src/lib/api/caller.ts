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
	call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
		if (body === undefined) return this.#send(method, path, null, null);
		return this.#send(method, path, 'application/json', JSON.stringify(body));
	}

	/** One request with a file, as it is. */
	sendFile<Answer>(path: string, type: string, file: Blob): Promise<Answer> {
		return this.#send('POST', path, type, file);
	}

	async #send<Answer>(
		method: string,
		path: string,
		type: string | null,
		body: string | Blob | null,
	): Promise<Answer> {
		let response: Response;
		let text: string;
		try {
			response = await this.#fetch(`/api/v1/${path}`, {
				method,
				headers: type === null ? {} : { 'content-type': type },
				body,
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
