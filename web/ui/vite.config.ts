import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vitest/config';

/**
 * SvelteKit's announcer hides itself by a style attribute, which our content security policy refuses. app.css hides it
 * instead.
 */
function withoutInlineStyle(): Plugin {
	return {
		name: 'without-inline-style',
		enforce: 'pre',
		transform: {
			filter: { id: /\.svelte-kit\/generated\/root\.svelte$/ },
			handler: (code) => code.replace(/(id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1'),
		},
	};
}

/** Where `npm run dev` finds the API: the address of a Trayline that runs, which must see its own origin. */
const trayline = process.env.TRAYLINE_URL;
const toTrayline = trayline
	? { proxy: { '/api': { target: trayline, ws: true, changeOrigin: true, headers: { origin: trayline } } } }
	: {};

export default defineConfig({
	plugins: [withoutInlineStyle(), tailwindcss(), sveltekit()],
	server: toTrayline,
	preview: toTrayline,
	// Property tests take their time on a busy machine.
	test: { environment: 'node', include: ['src/**/*.test.ts'], testTimeout: 30_000 },
});
