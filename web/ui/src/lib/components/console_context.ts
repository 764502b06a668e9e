import { createContext } from 'svelte';

import type { Console } from '../console';
import type { Notices } from './notices.svelte';

/** What every part of a signed-in page can reach. */
export interface SignedInPage {
	readonly console: Console;
	readonly notices: Notices;
	/** The time, every few seconds, in milliseconds. */
	readonly clock: { readonly now: number };
	/** Opens the dialog in which a chat is begun. */
	readonly startChat: () => void;
}

/** Reaches, and provides, the signed-in page. */
export const [signedInPage, provideSignedInPage] = createContext<SignedInPage>();
