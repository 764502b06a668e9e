import type { Caller } from './caller';
import type { ApiToken, SignedInTechnician, SignInSettings, SignInWays } from './types';

/** The part of the API that is about how people sign in: those at the door, and what administrators see to. */
export class SigningIn {
	readonly #caller: Caller;

	constructor(caller: Caller) {
		this.#caller = caller;
	}

	/** How one signs in here. */
	ways(): Promise<SignInWays> {
		return this.#caller.call('GET', 'sign-in-ways');
	}

	/** Signs in whoever has come back from the provider, by a code of their authenticator. */
	confirm(code: string): Promise<SignedInTechnician> {
		return this.#caller.call('POST', 'session/provider', { code });
	}

	/** What signing in takes. */
	settings(): Promise<SignInSettings> {
		return this.#caller.call('GET', 'sign-in-settings');
	}

	changeSettings(settings: SignInSettings): Promise<SignInSettings> {
		return this.#caller.call('PUT', 'sign-in-settings', settings);
	}

	/** Removes the authenticator of a technician who has lost it. */
	resetSecondFactorOf(technician_id: string): Promise<void> {
		return this.#caller.call('DELETE', `technicians/${technician_id}/second-factor`);
	}

	/** The API tokens of a technician, the newest first. */
	async apiTokensOf(technician_id: string): Promise<readonly ApiToken[]> {
		const path = `technicians/${technician_id}/api-tokens`;
		return (await this.#caller.call<{ api_tokens: ApiToken[] }>('GET', path)).api_tokens;
	}

	revokeApiTokenOf(technician_id: string, api_token_id: string): Promise<void> {
		return this.#caller.call('DELETE', `technicians/${technician_id}/api-tokens/${api_token_id}`);
	}
}
