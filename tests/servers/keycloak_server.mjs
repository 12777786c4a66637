// Keycloak's places, answers and errors, played by `oauth2-mock-server`: its program makes and signs the tokens, and what
// is here gives them Keycloak's shape by the hooks that it has for that. Argument: the folder of its packages.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { OAuth2Server } = createRequire(join(process.argv[2], 'package.json'))('oauth2-mock-server');

const realm = '/realms/empresa';
const connect = `${realm}/protocol/openid-connect`;
const server = new OAuth2Server(undefined, undefined, {
  endpoints: {
    wellKnownDocument: `${realm}/.well-known/openid-configuration`,
    token: `${connect}/token`,
    jwks: `${connect}/certs`,
    userinfo: `${connect}/userinfo`,
    revoke: `${connect}/revoke`,
    endSession: `${connect}/logout`,
    introspect: `${connect}/token/introspect`,
  },
});
await server.issuer.keys.generate('RS256');

const secret = 'segredo-do-realm';
const sessions = new Set();
const counts = { password: 0, client_credentials: 0, refresh_token: 0, refused: 0, revoked: 0 };

function refused(response, statusCode, error, error_description) {
  counts.refused += 1;
  Object.assign(response, { statusCode, body: { error, error_description } });
}

server.service.on('beforeTokenSigning', (token) => { token.payload.jti = randomUUID(); });
server.service.on('beforeResponse', (response, request) => {
  const { grant_type, client_id, client_secret, username, password, refresh_token } = request.body;
  if (client_id !== 'erp' || client_secret !== secret) {
    return refused(response, 401, 'unauthorized_client', 'Invalid client or Invalid client credentials');
  }
  if (grant_type === 'password' && (username !== 'maria' || password !== 'senha&1')) {
    return refused(response, 401, 'invalid_grant', 'Invalid user credentials');
  }
  if (grant_type === 'refresh_token' && !sessions.delete(refresh_token)) {
    return refused(response, 400, 'invalid_grant', 'Token is not active');
  }
  counts[grant_type] += 1;
  const { body } = response;
  body.expires_in = 300;
  body.refresh_expires_in = 0;
  body['not-before-policy'] = 0;
  body.scope = 'profile email';
  delete body.id_token;
  if (grant_type !== 'client_credentials') {
    body.refresh_expires_in = 1800;
    body.session_state = randomUUID();
    sessions.add(body.refresh_token);
  }
});
// It reads no form there: what is revoked is not seen.
server.service.on('beforeRevoke', () => { counts.revoked += 1; });
server.service.on('beforeUserinfo', (response, request) => {
  const token = (request.get('authorization') ?? '').replace('Bearer ', '');
  if (token.split('.').length === 3) response.body = counts;
  else refused(response, 401, 'invalid_token', 'Token verification failed');
});

await server.start(0, '127.0.0.1');
console.log(`ready http://127.0.0.1:${server.address().port}`);
process.stdin.resume().on('end', () => process.exit());
