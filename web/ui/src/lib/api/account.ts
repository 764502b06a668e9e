import type { Caller } from './caller';
import type { Account as Shown, NewSecondFactor, Session } from './types';

/** The part of the API that is about whoever is signed in: their password and their sessions. */
export class Account {
	readonly #caller: Caller;

	constructor(caller: Caller) {
		this.#caller = caller;
	}

	/** Changes the password. Every other session of the technician ends. */
	changePassword(current_password: string, new_password: string): Promise<void> {
		return this.#caller.call('PUT', 'account/password', { current_password, new_password });
	}

	/** How the technician signs in. */
	show(): Promise<Shown> {
		return this.#caller.call('GET', 'account');
	}

	/** Makes the secret of an authenticator, which is told this once. */
	beginSecondFactor(password: string): Promise<NewSecondFactor> {
		return this.#caller.call('POST', 'account/second-factor', { password });
	}

	/** Takes the authenticator into use. Gives the recovery codes, which are told this once. */
	async confirmSecondFactor(code: string): Promise<readonly string[]> {
		const path = 'account/second-factor';
		return (await this.#caller.call<{ recovery_codes: string[] }>('PUT', path, { code })).recovery_codes;
	}

	removeSecondFactor(password: string): Promise<void> {
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
}
