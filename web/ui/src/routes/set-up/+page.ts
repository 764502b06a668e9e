import { redirect } from '@sveltejs/kit';

import { Api } from '$lib/api/client';

import type { PageLoad } from './$types';

/** Only for an installation without technicians. */
export const load: PageLoad = async () => {
	const is_needed = await new Api().setupIsNeeded().catch(() => true);
	if (!is_needed) redirect(307, '/sign-in');
};
