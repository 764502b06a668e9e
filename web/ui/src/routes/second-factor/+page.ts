import { error, redirect } from '@sveltejs/kit';

import { Api } from '$lib/api/client';
import { Problem, explain } from '$lib/api/problem';

import type { PageLoad } from './$types';

/** Whoever is led here has to set up an authenticator; nobody else has anything to do here. */
export const load: PageLoad = async () => {
	const api = new Api();
	const [me, account] = await Promise.all([api.whoAmI(), api.account.show()]).catch((failure: unknown) => {
		if (failure instanceof Problem && failure.signedOut) redirect(307, '/sign-in');
		error(503, explain(failure));
	});
	if (!me.lacks_second_factor) redirect(307, '/');
	return { api, account };
};
