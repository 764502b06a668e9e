// An OpenID provider for tests: oidc-provider, with people whom the test names instead of a page where they sign in.
//
//   node provider.js PORT REDIRECT_URI
//
// It listens on 127.0.0.1 and knows two clients: `trayline`, with a secret, and `other`, with the same address to return to. `PUT /next`
// says who is there from now on:
//   { "sub": "…", "email": "…", "email_verified": true, "name": "…", "amr": ["pwd"], "id_token": "…" }
// With `id_token`, the next answer of the token endpoint has that one in place of its own.
import { Provider } from 'oidc-provider';

const [port, redirectUri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const people = new Map();
let next;

function client(clientId) {
	return {
		client_id: clientId,
		client_secret: `the secret of ${clientId}, which nobody else knows`,
		redirect_uris: [redirectUri],
	};
}

const provider = new Provider(issuer, {
	clients: [client('trayline'), client('other')],
	claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name'] },
	pkce: { required: () => true },
	findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...people.get(sub), sub }) }),
	features: { devInteractions: { enabled: false } },
	interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
	loadExistingGrant: async (context) => {
		const grant = new context.oidc.provider.Grant({
			clientId: context.oidc.client.clientId,
			accountId: context.oidc.session.accountId,
		});
		grant.addOIDCScope('openid email profile');
		await grant.save();
		return grant;
	},
});

provider.use(async (context, proceed) => {
	if (context.path === '/next' && context.method === 'PUT') {
		const parts = [];
		for await (const part of context.req) parts.push(part);
		next = JSON.parse(Buffer.concat(parts).toString());
		people.set(next.sub, { email: next.email, email_verified: next.email_verified, name: next.name });
		context.status = 204;
		return;
	}
	if (context.path.startsWith('/interaction/')) {
		const login = { accountId: next.sub, amr: next.amr, remember: false };
		await provider.interactionFinished(context.req, context.res, { login });
		context.respond = false;
		return;
	}
	await proceed();
	if (context.oidc?.route === 'token' && next.id_token && context.body?.id_token) {
		context.body.id_token = next.id_token;
	}
});

const server = provider.listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
