import type { Caller } from './caller';
import type { Account as Shown, AddApiToken, ApiToken, NewSecondFactor, Session } from './types';

/** The part of the API that is about whoever is signed in: their password and their sessions. */
export class Account {
	readonly #caller: Caller;

	constructor(caller: Caller) {
		this.#caller = caller;
	}

	/** Changes the password. Every other session of the technician ends. */
	changePassword(current_password: string | null, new_password: string): Promise<void> {
		return this.#caller.call('PUT', 'account/password', { current_password, new_password });
	}

	/** How the technician signs in. */
	show(): Promise<Shown> {
		return this.#caller.call('GET', 'account');
	}

	/** Makes the secret of an authenticator, which is told this once. Without a password for whoever has none. */
	beginSecondFactor(password: string | null): Promise<NewSecondFactor> {
		return this.#caller.call('POST', 'account/second-factor', { password });
	}

	/** Takes the authenticator into use. Gives the recovery codes, which are told this once. */
	async confirmSecondFactor(code: string): Promise<readonly string[]> {
		const path = 'account/second-factor';
		return (await this.#caller.call<{ recovery_codes: string[] }>('PUT', path, { code })).recovery_codes;
	}

	removeSecondFactor(password: string | null): Promise<void> {
		return this.#caller.call('POST', 'account/second-factor/removal', { password });
	}

	/** Where the technician is signed in, the place used last first. */
	async sessions(): Promise<readonly Session[]> {
		const { sessions } = await this.#caller.call<{ sessions: Session[] }>('GET', 'account/sessions');
		return sessions;
	}

	endSession(session_id: string): Promise<void> {
		return this.#caller.call('DELETE', `account/sessions/${session_id}`);
	}

	endOtherSessions(): Promise<void> {
		return this.#caller.call('DELETE', 'account/sessions');
	}

	/** The technician's API tokens, the newest first. */
	async apiTokens(): Promise<readonly ApiToken[]> {
		return (await this.#caller.call<{ api_tokens: ApiToken[] }>('GET', 'account/api-tokens')).api_tokens;
	}

	/** Makes an API token, and gives it: it is told this once. */
	async addApiToken(token: AddApiToken): Promise<string> {
		return (await this.#caller.call<{ api_token: string }>('POST', 'account/api-tokens', token)).api_token;
	}

	revokeApiToken(api_token_id: string): Promise<void> {
		return this.#caller.call('DELETE', `account/api-tokens/${api_token_id}`);
	}
}
