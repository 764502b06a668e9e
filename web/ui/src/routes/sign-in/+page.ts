import { redirect } from '@sveltejs/kit';

import { Api } from '$lib/api/client';

import type { PageLoad } from './$types';

/** Where nobody can sign in yet, somebody sets up first. When the server does not say, signing in will. */
export const load: PageLoad = async () => {
	const is_needed = await new Api().setupIsNeeded().catch(() => false);
	if (is_needed) redirect(307, '/set-up');
};
