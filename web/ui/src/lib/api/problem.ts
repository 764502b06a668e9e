import { texts } from '../texts/texts';

/** The server's refusal, as its problem details (RFC 9457) say it. */
export class Problem extends Error {
	readonly status: number;
	/** The stable word of its `type`: `chat-closed` for `/problems/chat-closed`. */
	readonly kind: string;
	/** What else the server says about it, by name. */
	readonly extras: Readonly<Record<string, unknown>>;

	constructor(status: number, details: Readonly<Record<string, unknown>>) {
		super(sentence(details) ?? texts.chats.problem.status(status));
		this.name = 'Problem';
		this.status = status;
		this.kind = typeof details.type === 'string' ? (details.type.split('/').at(-1) ?? '') : '';
		this.extras = details;
	}

	/** Whether the same request may succeed later, with nothing changed. */
	get passing(): boolean {
		return this.status >= 500 || this.status === 408 || this.status === 425 || this.status === 429;
	}

	/** Whether a new sign-in is needed first. */
	get signedOut(): boolean {
		return this.status === 401 && !NOT_BELIEVED.includes(this.kind);
	}
}

/** What says no to what somebody gave, not to their session. */
const NOT_BELIEVED: readonly string[] = ['wrong-credentials', 'second-factor-needed', 'wrong-code'];

/** The server did not answer. Nobody knows whether the request arrived. */
export class Unreachable extends Error {
	constructor() {
		super(texts.chats.problem.unreachable);
		this.name = 'Unreachable';
	}
}

/** What to tell the person at the screen about a failure. */
export function explain(error: unknown): string {
	if (error instanceof Unreachable) return texts.chats.problem.checkConnection;
	if (error instanceof Problem && error.status === 429) return error.message;
	if (error instanceof Problem && error.passing) return texts.chats.problem.notNow;
	if (error instanceof Problem) return error.message;
	return texts.chats.problem.unexpected;
}

function sentence(details: Readonly<Record<string, unknown>>): string | undefined {
	for (const text of [details.detail, details.title]) {
		if (typeof text === 'string' && text !== '') {
			const whole = text.charAt(0).toUpperCase() + text.slice(1);
			return /[.!?]$/.test(whole) ? whole : `${whole}.`;
		}
	}
	return undefined;
}
