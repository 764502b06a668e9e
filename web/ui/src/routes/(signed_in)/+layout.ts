import { error, isRedirect, redirect } from '@sveltejs/kit';

import { Api } from '$lib/api/client';
import { Problem, explain } from '$lib/api/problem';

import type { LayoutLoad } from './$types';

/** Who is signed in; whoever is not goes to sign in first, and comes back. */
export const load: LayoutLoad = async ({ url }) => {
	const api = new Api();
	try {
		const me = await api.whoAmI();
		if (me.lacks_second_factor) redirect(307, '/second-factor');
		return { api, me, tabs: await api.showTabs() };
	} catch (failure) {
		if (isRedirect(failure)) throw failure;
		if (failure instanceof Problem && failure.signedOut)
			redirect(307, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
		error(503, explain(failure));
	}
};
