import { Cell } from '../cell';
import type { Kept } from '../kept';

/** How a technician wants this browser to draw attention, and how it should look. Kept in this browser. */
export interface Preferences {
	/** Whether pings are silent. */
	readonly muted: boolean;
	/** Light or dark; null follows the system. */
	readonly theme: 'light' | 'dark' | null;
}

/** Under which key they are kept; other tabs look for it too. */
export const PREFERENCES_KEY = 'trayline.preferences';

const UNSET: Preferences = { muted: false, theme: null };

/** The preferences, the same in every tab of this browser. */
export class PreferencesCell extends Cell<Preferences> {
	readonly #kept: Kept;

	constructor(kept: Kept) {
		super(read(kept));
		this.#kept = kept;
	}

	/** Changes some, and keeps them if this browser has room for it. */
	change(changed: Partial<Preferences>): void {
		this.set({ ...this.value, ...changed });
		try {
			this.#kept.setItem(PREFERENCES_KEY, JSON.stringify(this.value));
		} catch {
			// They hold for this page.
		}
	}

	/** Another tab has changed them. */
	reread(): void {
		this.set(read(this.#kept));
	}
}

function read(kept: Kept): Preferences {
	try {
		const value: unknown = JSON.parse(kept.getItem(PREFERENCES_KEY) ?? '{}');
		if (typeof value !== 'object' || value === null) return UNSET;
		const { muted, theme } = value as Record<string, unknown>;
		return { muted: muted === true, theme: theme === 'light' || theme === 'dark' ? theme : null };
	} catch {
		return UNSET;
	}
}
