/** What the hub keeps while people sign in, and the answers that all ways of signing in share. */
import { jsonReply } from './reply';
import type { HubRequest, Reply } from './reply';
import type { Bearers } from './signIns';

export interface OAuthOptions {
  /** Registered apps without a secret: the addresses to which people may be sent back, by client id. */
  clients?: Readonly<Record<string, readonly string[]>>;
  /** 8 hours unless given. */
  tokenTtlSeconds?: number;
  /** The shortest time between two questions for a device code; 5 unless given. */
  deviceIntervalSeconds?: number;
  deviceTtlSeconds?: number;
  /** Whether the hub offers to revoke tokens. */
  revokes?: boolean;
}

export interface Code {
  clientId: string;
  redirectUri: string;
  challenge: string;
  isUsed: boolean;
}

export interface Device {
  clientId: string;
  userCode: string;
  expiresAtMs: number;
  askedAtMs: number;
  intervalMs: number;
  decision: 'none' | 'approved' | 'denied';
}

export interface Desk {
  options: Required<OAuthOptions>;
  nowMs: () => number;
  bearers: Bearers;
  codes: Map<string, Code>;
  devices: Map<string, Device>;
}

export function issue({ bearers, options }: Desk, family: string): Reply {
  const { accessToken, refreshToken } = bearers.issue(family);
  return jsonReply(
    {
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: options.tokenTtlSeconds,
      refresh_token: refreshToken,
      scope: 'openid gated-repos',
    },
    { 'cache-control': 'no-store' },
  );
}

export function refused(error: string, status = 400): Reply {
  return { ...jsonReply({ error, error_description: `Refused: ${error}` }), status };
}

export function baseOf({ url }: HubRequest): string {
  return url.origin;
}
