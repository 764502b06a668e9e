import { Cell } from '../cell';
import type { Kept } from '../kept';
import { DETAILS_PANE, LIST_PANE, within, type PaneLimits } from '../panes';

/** How a technician wants this browser to draw attention, and how it should look. Kept in this browser. */
export interface Preferences {
	/** Whether pings are silent. */
	readonly muted: boolean;
	/** Light or dark; null follows the system. */
	readonly theme: 'light' | 'dark' | null;
	/** How wide the list of chats is, in rem; null for the usual width. */
	readonly list_width: number | null;
	/** How wide a chat's details are, in rem; null for the usual width. */
	readonly details_width: number | null;
	/** Whether a chat's details stand beside it, where there is room. */
	readonly details_shown: boolean;
}

/** Under which key they are kept; other tabs look for it too. */
export const PREFERENCES_KEY = 'trayline.preferences';

const UNSET: Preferences = {
	muted: false,
	theme: null,
	list_width: null,
	details_width: null,
	details_shown: true,
};

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
		const { muted, theme, list_width, details_width, details_shown } = value as Record<string, unknown>;
		return {
			muted: muted === true,
			theme: theme === 'light' || theme === 'dark' ? theme : null,
			list_width: width(list_width, LIST_PANE),
			details_width: width(details_width, DETAILS_PANE),
			details_shown: details_shown !== false,
		};
	} catch {
		return UNSET;
	}
}

function width(value: unknown, limits: PaneLimits): number | null {
	return typeof value === 'number' && Number.isFinite(value) ? within(value, limits) : null;
}
