// What of the browser the console needs, in one place.
import type { ConsoleWorld } from './console';
import { Forgetful, type Kept } from './kept';
import type { Socket } from './live/connection';

/** The world of a console in this tab. */
export function browserWorld(): ConsoleWorld {
	return {
		kept: storage(),
		open: (after) => new WebSocket(liveAddress(after)) as unknown as Socket,
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

function liveAddress(after: number): string {
	const address = new URL(`/api/v1/live?after=${after}`, location.href);
	address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
	return address.href;
}

function storage(): Kept {
	try {
		localStorage.setItem('trayline.try', '');
		localStorage.removeItem('trayline.try');
		return localStorage;
	} catch {
		return new Forgetful();
	}
}
