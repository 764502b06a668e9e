import adapter from '@sveltejs/adapter-static';

/** The server answers every path that is not a file with index.html, so no route is rendered ahead. */
/** @type {import('@sveltejs/kit').Config} */
export default {
	compilerOptions: { runes: true },
	kit: {
		adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html' }),
		paths: { relative: false },
		// The server repeats these hashes in its header; the meta element guards the page wherever else it is served.
		csp: {
			mode: 'hash',
			directives: {
				'script-src': ['self'],
				'style-src': ['self'],
				'object-src': ['none'],
				'base-uri': ['none'],
			},
		},
		version: { pollInterval: 0 },
	},
};
