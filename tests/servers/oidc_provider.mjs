// An authorization server made of `oidc-provider`, with what the tests need to look at it: what it was asked, what it
// refused, and an API that takes its tokens. Arguments: the folder of its packages, and that of the keys and certificates.
import { X509Certificate, createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, folder] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(join(packages, 'node_modules/oidc-provider/lib/index.js')));
const pem = (name) => readFileSync(join(folder, name));

// Its usual memory forgets the oldest entries, spent refresh tokens among them; this one forgets nothing.
const entries = new Map();
class Memory {
  constructor(model) { this.model = model; }
  key(id) { return `${this.model}:${id}`; }
  async upsert(id, payload) { entries.set(this.key(id), { ...payload }); }
  async find(id) { const found = entries.get(this.key(id)); return found && { ...found }; }
  async consume(id) { entries.get(this.key(id)).consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { entries.delete(this.key(id)); }
  async findByUid() {}
  async findByUserCode() {}
  async revokeByGrantId(grantId) {
    for (const [key, payload] of entries) if (payload.grantId === grantId) entries.delete(key);
  }
}

const jwk = (name, alg) => ({ ...createPublicKey(pem(name)).export({ format: 'jwk' }), alg, use: 'sig' });
const machine = (client_id, method, more) => ({
  client_id, token_endpoint_auth_method: method, grant_types: ['client_credentials'], redirect_uris: [],
  response_types: [], scope: 'api', ...more,
});
const signed = (id, method, alg, more) => machine(id, method, { token_endpoint_auth_signing_alg: alg, ...more });
const bound = { tls_client_certificate_bound_access_tokens: true };
const client_secret = 'segredo-do-erp-0123456789-abcdefghijkl';
const clients = [
  machine('post', 'client_secret_post', { client_secret }),
  machine('basic', 'client_secret_basic', { client_secret }),
  signed('hs256', 'client_secret_jwt', 'HS256', { client_secret }),
  signed('rs256', 'private_key_jwt', 'RS256', { jwks: { keys: [jwk('rsa.pem', 'RS256')] } }),
  signed('ps256', 'private_key_jwt', 'PS256', { jwks: { keys: [jwk('rsa.pem', 'PS256')] } }),
  signed('es256', 'private_key_jwt', 'ES256', { jwks: { keys: [jwk('ec.pem', 'ES256')] } }),
  machine('tls', 'tls_client_auth', { tls_client_auth_subject_dn: 'CN=erp', ...bound }),
  machine('self', 'self_signed_tls_client_auth', {
    ...bound,
    jwks: { keys: [{ ...jwk('self.pem', 'ES256'), x5c: [new X509Certificate(pem('self.pem')).raw.toString('base64')] }] },
  }),
  {
    client_id: 'family', client_secret, token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
    redirect_uris: ['https://erp.example/back'],
  },
];

function certificate({ socket }) {
  const raw = socket.getPeerCertificate?.()?.raw;
  return raw && new X509Certificate(raw);
}
const plain = createServer();
await new Promise((listens) => plain.listen(0, '127.0.0.1', listens));
const issuer = `http://127.0.0.1:${plain.address().port}`;
const provider = new Provider(issuer, {
  adapter: Memory,
  clients,
  scopes: ['openid', 'offline_access', 'api'],
  clientAuthMethods: [
    'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'tls_client_auth',
    'self_signed_tls_client_auth',
  ],
  enabledJWA: { clientAuthSigningAlgValues: ['HS256', 'RS256', 'PS256', 'ES256'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    mTLS: {
      enabled: true, certificateBoundAccessTokens: true, selfSignedTlsClientAuth: true, tlsClientAuth: true,
      getCertificate: (ctx) => certificate(ctx),
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      certificateSubjectMatches: (ctx, property, expected) =>
        property === 'tls_client_auth_subject_dn' && certificate(ctx).subject === expected,
    },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // A refresh token works once; a second use revokes the whole grant.
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  ttl: { AccessToken: 60, ClientCredentials: 600, RefreshToken: 86400, Grant: 86400 },
});

const counts = { held: 0, refreshed: 0, granted: 0, refused: 0, revokedGrants: 0, revokedTokens: 0, refusals: [] };
// What the next token call meets before it is looked at: milliseconds, or a wait until the one who asked is gone.
let obstacle;
provider.use(async (ctx, next) => {
  const met = ctx.path === '/token' ? obstacle : undefined;
  if (met === undefined) return next();
  obstacle = undefined;
  counts.held += 1;
  const { socket } = ctx;
  await new Promise((over) => { if (met === 'gone') socket.once('close', over); else setTimeout(over, met); });
  if (!socket.destroyed) await next();
});
provider.on('grant.success', (ctx) => {
  counts[ctx.oidc.params.grant_type === 'refresh_token' ? 'refreshed' : 'granted'] += 1;
});
provider.on('grant.error', (_, error) => {
  counts.refused += 1;
  counts.refusals.push(`${error.error_description} ${error.error_detail ?? ''}`);
});
provider.on('server_error', (_, error) => counts.refusals.push(String(error.stack)));
provider.on('grant.revoked', () => { counts.revokedGrants += 1; });
for (const kind of ['access_token', 'client_credentials', 'refresh_token']) {
  provider.on(`${kind}.destroyed`, () => { counts.revokedTokens += 1; });
}

// A grant as a person would have given it, with its first refresh token.
async function family() {
  const client = await provider.Client.find('family');
  const scope = 'openid offline_access';
  const grant = new provider.Grant({ accountId: 'empresa', clientId: client.clientId });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const token = new provider.RefreshToken({
    accountId: 'empresa', client, grantId, scope, gty: 'authorization_code', expiresWithSession: false,
  });
  return token.save();
}

async function api(ctx) {
  const [scheme, value] = (ctx.get('authorization') || '').split(' ');
  const token = scheme === 'Bearer'
    && (await provider.AccessToken.find(value) || await provider.ClientCredentials.find(value));
  const thumbprint = certificate(ctx) && createHash('sha256').update(certificate(ctx).raw).digest('base64url');
  if (!token || token.isExpired || (token['x5t#S256'] && token['x5t#S256'] !== thumbprint)) {
    ctx.status = 401;
    ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"');
    ctx.body = { error: 'invalid_token' };
  } else {
    ctx.body = { client: token.clientId, bound: token['x5t#S256'] ?? '' };
  }
}

provider.use(async (ctx, next) => {
  if (ctx.path === '/counts') ctx.body = counts;
  else if (ctx.path === '/family') ctx.body = await family();
  else if (ctx.path === '/api') await api(ctx);
  else if (ctx.path === '/hold') ctx.body = obstacle = 'gone';
  else if (ctx.path === '/slow') ctx.body = String(obstacle = Number(ctx.query.ms));
  else await next();
});

plain.on('request', provider.callback());
const tls = createTlsServer(
  { key: pem('server.key'), cert: pem('server.pem'), ca: pem('ca.pem'), requestCert: true, rejectUnauthorized: false },
  provider.callback(),
);
await new Promise((listens) => tls.listen(0, '127.0.0.1', listens));
console.log(`ready ${issuer} https://127.0.0.1:${tls.address().port}`);
process.stdin.resume().on('end', () => process.exit());
