import { createContext } from 'svelte';

import type { Api } from '../api/client';
import type { Console } from '../console';
import type { Toasts } from './toasts.svelte';

/** What every part of a signed-in page can reach. */
export interface SignedInPage {
	readonly console: Console;
	readonly toasts: Toasts;
	/** The time, every few seconds, in milliseconds. */
	readonly clock: { readonly now: number };
	/** Opens the dialog in which a chat is begun. */
	readonly startChat: () => void;
	/** Begins a chat on an asset, or finds the one that is open, and goes there. */
	readonly startChatOn: (asset: { readonly asset_id: string; readonly name: string }) => Promise<void>;
	/** How many chats wait for this technician: what the bubble says. */
	readonly waiting: () => number;
	/** Whether a dialog has the keys. */
	readonly busy: () => boolean;
	readonly api: Api;
}

/** Reaches, and provides, the signed-in page. */
export const [signedInPage, provideSignedInPage] = createContext<SignedInPage>();
