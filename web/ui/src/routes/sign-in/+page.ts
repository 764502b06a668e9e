import { redirect } from '@sveltejs/kit';

import { Api } from '$lib/api/client';

import type { PageLoad } from './$types';

/** Where nobody can sign in yet, somebody sets up first. When the server does not say, signing in will. */
export const load: PageLoad = async () => {
	const api = new Api();
	const [is_needed, ways] = await Promise.all([
		api.setupIsNeeded().catch(() => false),
		api.signing_in.ways().catch(() => ({ password: true, provider: null })),
	]);
	if (is_needed) redirect(307, '/set-up');
	return { ways };
};
