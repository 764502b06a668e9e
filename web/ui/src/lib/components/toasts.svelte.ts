/** A short word to the technician, which goes away by itself. */
export interface Toast {
	readonly text: string;
	readonly tone: 'calm' | 'bad';
	/** What can be done about it. */
	readonly action: { readonly name: string; readonly go: () => void } | null;
}

const SHOWN_MS = 6000;

/** The one toast on the screen; a new one takes its place. */
export class Toasts {
	shown = $state.raw<Toast | null>(null);
	#timer: ReturnType<typeof setTimeout> | undefined;

	say(text: string, tone: Toast['tone'] = 'calm', action: Toast['action'] = null): void {
		this.shown = { text, tone, action };
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.dismiss(), SHOWN_MS);
	}

	dismiss(): void {
		this.shown = null;
	}
}
