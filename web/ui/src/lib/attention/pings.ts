import type { PingEvent } from '../api/types';

/** What drawing attention needs of the browser. */
export interface AttentionWorld {
	/** Plays the sound; false when the browser does not allow it before somebody has touched the page. */
	play(): Promise<boolean>;
	/** Shows a notification of the system, if that is allowed; a click on it calls back. */
	notify(title: string, text: string, tag: string, clicked: () => void): void;
	/** Whether somebody looks at this tab. */
	visible(): boolean;
	muted(): boolean;
}

/** Which chat a ping is about, in words. */
export interface About {
	readonly title: string;
	readonly text: string;
}

/** Turns pings into a sound and a notification. Of all tabs of a technician the server lets one do so. */
export class Pings {
	readonly #world: AttentionWorld;
	readonly #about: (chat_id: string) => About;
	readonly #show: (chat_id: string) => void;
	readonly #blocked: () => void;
	#toldBlocked = false;

	/** `show` goes to a chat; `blocked` says, once, that the browser keeps the sound back. */
	constructor(
		world: AttentionWorld,
		about: (chat_id: string) => About,
		show: (chat_id: string) => void,
		blocked: () => void,
	) {
		this.#world = world;
		this.#about = about;
		this.#show = show;
		this.#blocked = blocked;
	}

	/** Takes a ping of the live socket. */
	async heard({ chat_id, plays }: PingEvent): Promise<void> {
		if (!plays) return;
		if (!this.#world.visible()) {
			const { title, text } = this.#about(chat_id);
			this.#world.notify(title, text, chat_id, () => this.#show(chat_id));
		}
		if (this.#world.muted() || (await this.#world.play()) || this.#toldBlocked) return;
		this.#toldBlocked = true;
		this.#blocked();
	}
}
