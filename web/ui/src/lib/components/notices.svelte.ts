/** A short word to the technician, which goes away by itself. */
export interface Notice {
	readonly text: string;
	readonly tone: 'calm' | 'bad';
}

const SHOWN_MS = 6000;

/** The one notice on the screen; a new one takes its place. */
export class Notices {
	shown = $state.raw<Notice | null>(null);
	#timer: ReturnType<typeof setTimeout> | undefined;

	say(text: string, tone: Notice['tone'] = 'calm'): void {
		this.shown = { text, tone };
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.dismiss(), SHOWN_MS);
	}

	dismiss(): void {
		this.shown = null;
	}
}
