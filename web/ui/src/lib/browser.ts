// What of the browser the console needs, in one place.
import { chime } from './attention/chime';
import type { AttentionWorld } from './attention/pings';
import { PreferencesCell } from './attention/preferences';
import type { ConsoleWorld } from './console';
import { Forgetful, type Kept } from './kept';
import type { Socket } from './live/connection';
import { TabIdentity } from './live/tab_identity';
import { MessageIds } from './message_id';

/** The world of a console in this tab. */
export function browserWorld(): ConsoleWorld {
	return {
		kept: storage(() => localStorage),
		open: (after) => new WebSocket(liveAddress(after)) as unknown as Socket,
		visible: () => document.visibilityState === 'visible',
		// Locks are there only on pages that came over TLS or from this machine; without them, tabs may send a message
		// twice, which the server recognises by its id.
		alone: (name, work) => ('locks' in navigator ? navigator.locks.request(name, work) : work()),
		now: () => Date.now(),
		after: (milliseconds, call) => {
			const timer = setTimeout(call, milliseconds);
			return () => clearTimeout(timer);
		},
		random: () => Math.random(),
	};
}

/** The preferences of this browser. */
export const preferences = new PreferencesCell(storage(() => localStorage));

/** How this tab draws attention. */
export function browserAttention(): AttentionWorld {
	return {
		play: chime,
		notify: (title, text, tag, clicked) => {
			if (!('Notification' in window) || Notification.permission !== 'granted') return;
			// The sound is ours to make, or not to.
			const shown = new Notification(title, { body: text, tag, icon: '/icon.svg', silent: true });
			shown.onclick = () => {
				window.focus();
				shown.close();
				clicked();
			};
		},
		visible: () => document.visibilityState === 'visible' && document.hasFocus(),
		muted: () => preferences.value.muted,
	};
}

let tab: TabIdentity | null = null;

/** Which tab this is, for as long as the page is there. */
function tabIdentity(): TabIdentity {
	if (tab !== null) return tab;
	const identity = new TabIdentity(
		storage(() => sessionStorage),
		() => new MessageIds().next(),
	);
	addEventListener('pagehide', () => identity.leave());
	addEventListener('pageshow', () => identity.taken());
	return (tab = identity);
}

function liveAddress(after: number): string {
	const address = new URL(`/api/v1/live?after=${after}&tab=${tabIdentity().id}`, location.href);
	address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
	return address.href;
}

/** A storage of this browser, if it allows that one. */
function storage(allowed: () => Storage): Kept {
	try {
		const kept = allowed();
		kept.setItem('trayline.try', '');
		kept.removeItem('trayline.try');
		return kept;
	} catch {
		return new Forgetful();
	}
}
