/** Sign-in for devices without a browser: a code to type in on another one, and polling until it was (RFC 8628). */
import { randomBytes } from 'node:crypto';
import { baseOf, issue, refused } from './oauthDesk';
import type { Desk } from './oauthDesk';
import { jsonReply } from './reply';
import type { HubRequest, Reply } from './reply';
import { secretText } from './signIns';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export function beginDevice({ options, devices, nowMs }: Desk, request: HubRequest): Reply {
  const clientId = new URLSearchParams(request.body).get('client_id') ?? '';
  if (!Object.hasOwn(options.clients, clientId)) return refused('invalid_client', 401);
  const deviceCode = secretText('device');
  const letters = randomBytes(4).toString('hex').toUpperCase();
  const userCode = `${letters.slice(0, 4)}-${letters.slice(4)}`;
  devices.set(deviceCode, {
    ...{ clientId, userCode, decision: 'none', askedAtMs: -Infinity },
    expiresAtMs: nowMs() + options.deviceTtlSeconds * 1000,
    intervalMs: options.deviceIntervalSeconds * 1000,
  });
  const page = `${baseOf(request)}/oauth/device`;
  return jsonReply({
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${userCode}`,
    expires_in: options.deviceTtlSeconds,
    interval: options.deviceIntervalSeconds,
  });
}

export function pollDevice(desk: Desk, deviceCode: string): Reply {
  const device = desk.devices.get(deviceCode);
  if (!device) return refused('invalid_grant');
  const nowMs = desk.nowMs();
  const isTooSoon = nowMs - device.askedAtMs < device.intervalMs;
  device.askedAtMs = nowMs;
  if (nowMs >= device.expiresAtMs) return refused('expired_token');
  if (device.decision === 'denied') return refused('access_denied');
  if (isTooSoon) {
    // Each answer of this kind makes the interval longer, as RFC 8628 has it.
    device.intervalMs += 5_000;
    return refused('slow_down');
  }
  if (device.decision === 'none') return refused('authorization_pending');
  desk.devices.delete(deviceCode);
  return issue(desk, deviceCode);
}
