/** Sign-in as the hub offers it: a page with a button, PKCE, device codes, refresh tokens, and who a token belongs to. */
import { createHash } from 'node:crypto';
import { beginDevice, DEVICE_GRANT, pollDevice } from './oauthDevice';
import { baseOf, issue, refused } from './oauthDesk';
import type { Desk, Device, OAuthOptions } from './oauthDesk';
import { authorizePage, decideOnPage, SCOPES } from './oauthPage';
import { jsonReply } from './reply';
import type { HubRequest, Reply } from './reply';
import { createBearers } from './signIns';
import type { Bearers, BearerOptions, SignIns } from './signIns';

export interface OAuth {
  readonly bearers: Bearers;
  readonly signIns: SignIns;
  /** Undefined for an address that isn't about sign-in. */
  answer(request: HubRequest): Reply | undefined;
}

export function createOAuth(
  { tokens, nowMs }: Omit<BearerOptions, 'tokenTtlSeconds'>,
  given: OAuthOptions = {},
): OAuth {
  const options: Required<OAuthOptions> = {
    clients: {},
    tokenTtlSeconds: 8 * 3600,
    deviceIntervalSeconds: 5,
    deviceTtlSeconds: 900,
    revokes: false,
    ...given,
  };
  const { tokenTtlSeconds } = options;
  const bearers = createBearers({ tokens, nowMs, tokenTtlSeconds });
  const desk: Desk = { options, nowMs, bearers, codes: new Map(), devices: new Map() };
  return { bearers, signIns: signInsOf(desk), answer: (request) => answer(desk, request) };
}

function signInsOf({ bearers, devices }: Desk): SignIns {
  const { person, asked, granted, secrets, leaks, expire, revokeAll } = bearers;
  const decide = (userCode: string, decision: Device['decision']) => {
    const device = [...devices.values()].find((each) => each.userCode === userCode);
    if (!device) throw new RangeError(`No device shows ${userCode}`);
    device.decision = decision;
  };
  return {
    ...{ person, asked, secrets, leaks, revokeAll },
    expireTokens: expire,
    grant(repo) {
      asked.delete(repo);
      if (!granted.includes(repo)) granted.push(repo);
    },
    withdraw(repo) {
      asked.delete(repo);
      if (granted.includes(repo)) granted.splice(granted.indexOf(repo), 1);
    },
    approveDevice: (userCode) => {
      decide(userCode, 'approved');
    },
    denyDevice: (userCode) => {
      decide(userCode, 'denied');
    },
  };
}

const ANSWERS: Readonly<Record<string, (desk: Desk, request: HubRequest) => Reply | undefined>> = {
  'GET /.well-known/openid-configuration': (desk, request) =>
    jsonReply(configuration(desk, request)),
  'GET /oauth/authorize': authorizePage,
  'POST /oauth/authorize': decideOnPage,
  'POST /oauth/token': (desk, { body }) => token(desk, new URLSearchParams(body)),
  'POST /oauth/device': beginDevice,
  'GET /oauth/userinfo': userInfo,
  'POST /oauth/userinfo': userInfo,
  'POST /oauth/revoke': revoke,
  'GET /api/whoami-v2': whoAmI,
};

function answer(desk: Desk, request: HubRequest): Reply | undefined {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  return ANSWERS[`${method} ${request.url.pathname}`]?.(desk, request);
}

function revoke({ bearers, options }: Desk, { body }: HubRequest): Reply | undefined {
  if (!options.revokes) return undefined;
  bearers.revoke(new URLSearchParams(body).get('token') ?? '');
  return jsonReply({});
}

function configuration({ options }: Desk, request: HubRequest) {
  const base = baseOf(request);
  return {
    issuer: base,
    authorization_endpoint: `${base}/oauth/authorize`,
    token_endpoint: `${base}/oauth/token`,
    userinfo_endpoint: `${base}/oauth/userinfo`,
    device_authorization_endpoint: `${base}/oauth/device`,
    ...(options.revokes && { revocation_endpoint: `${base}/oauth/revoke` }),
    scopes_supported: SCOPES,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token', DEVICE_GRANT],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'],
  };
}

function token(desk: Desk, form: URLSearchParams): Reply {
  // The hub's own client for JavaScript sends none with a code, which belongs to one app anyway.
  const clientId = form.get('client_id') ?? undefined;
  const isCode = form.get('grant_type') === 'authorization_code';
  const isKnown = clientId !== undefined && Object.hasOwn(desk.options.clients, clientId);
  if (!isKnown && !(isCode && clientId === undefined)) return refused('invalid_client', 401);
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return exchangeCode(desk, form);
    case 'refresh_token': {
      const family = desk.bearers.takeRefresh(form.get('refresh_token') ?? '');
      return family === undefined ? refused('invalid_grant') : issue(desk, family);
    }
    case DEVICE_GRANT:
      return pollDevice(desk, form.get('device_code') ?? '');
    default:
      return refused('unsupported_grant_type');
  }
}

function exchangeCode(desk: Desk, form: URLSearchParams): Reply {
  const text = form.get('code') ?? '';
  const code = desk.codes.get(text);
  if (!code) return refused('invalid_grant');
  if (code.isUsed) {
    // A second use means that somebody else has seen the code.
    desk.bearers.revokeFamily(text);
    return refused('invalid_grant');
  }
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  const isSame =
    code.challenge === challenge &&
    code.redirectUri === form.get('redirect_uri') &&
    code.clientId === (form.get('client_id') ?? code.clientId);
  if (!isSame) return refused('invalid_grant');
  code.isUsed = true;
  return issue(desk, text);
}

function bearerOf({ headers }: HubRequest): string | undefined {
  return /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
}

function userInfo({ bearers }: Desk, request: HubRequest): Reply {
  const bearer = bearerOf(request);
  if (bearer === undefined || !Object.hasOwn(bearers.tokens, bearer))
    return refused('invalid_token', 401);
  const { name, fullname } = bearers.person;
  return jsonReply({
    ...{ sub: '6600000000000000000000aa', name: fullname, preferred_username: name },
    ...{ profile: `${baseOf(request)}/${name}`, isPro: false, orgs: [] },
  });
}

function whoAmI({ bearers }: Desk, request: HubRequest): Reply {
  const bearer = bearerOf(request);
  if (bearer === undefined || !Object.hasOwn(bearers.tokens, bearer)) {
    const message =
      bearer === undefined
        ? 'Invalid username or password.'
        : 'Invalid credentials in Authorization header';
    return { ...jsonReply({ error: message }, { 'x-error-message': message }), status: 401 };
  }
  const { name, fullname } = bearers.person;
  const isIssued = bearers.secrets.includes(bearer);
  return jsonReply({
    ...{ type: 'user', id: '6600000000000000000000aa', name, fullname, isPro: false, orgs: [] },
    auth: isIssued
      ? { type: 'oauth' }
      : { type: 'access_token', accessToken: { displayName: 'a token', role: 'read' } },
  });
}
