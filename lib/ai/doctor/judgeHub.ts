/** What an attempt to ask the hub says about the hub, the proxy and the clock. Pure. */
import type { ModelErrorCode } from '../../errors';
import type { DeviceFacts } from '../../platform/types';
import { finding, type Finding } from './causes';

export type HubAttempt =
  /** `aheadMs`: of the device's clock before the hub's, where the answer states a time. */
  | { kind: 'answered'; status: number; aheadMs: number | undefined }
  | { kind: 'failed'; code: ModelErrorCode }
  | { kind: 'silent' };

const SECOND_MS = 1000;
const OFF_MS = 2 * 60 * SECOND_MS;
/** Certificates are refused by then, and sign-ins end. */
const WRONG_MS = 24 * 60 * 60 * SECOND_MS;

export function judgeHub(attempt: HubAttempt, { isOnline }: DeviceFacts): Finding {
  if (attempt.kind === 'answered') return judgeStatus(attempt.status);
  if (attempt.kind === 'failed') {
    if (attempt.code === 'NET_SWITCHED_OFF') return finding('hub', 'hub-forbidden');
    if (attempt.code === 'NET_TLS') return finding('hub', 'hub-untrusted');
    if (attempt.code === 'REDIRECT_UNSAFE') return finding('hub', 'hub-refuses');
  }
  if (isOnline === false) return finding('hub', 'device-offline');
  return finding('hub', attempt.kind === 'silent' ? 'hub-silent' : 'hub-unreachable');
}

/** A mirror may lack the list of models that is asked for, and still have the files. */
function judgeStatus(status: number): Finding {
  if (status === 429 || status >= 500) return finding('hub', 'hub-busy');
  return finding('hub', status < 400 || status === 404 ? 'hub-reached' : 'hub-refuses');
}

export function judgeProxy(attempt: HubAttempt, { proxy }: DeviceFacts): Finding | undefined {
  if (proxy === undefined) return undefined;
  if (proxy === 'invalid') return finding('proxy', 'proxy-invalid');
  if (proxy === 'none') return finding('proxy', 'proxy-none');
  if (attempt.kind === 'answered') return finding('proxy', 'proxy-works');
  const isToBlame = attempt.kind === 'failed' && attempt.code.startsWith('PROXY_');
  return finding('proxy', isToBlame ? 'proxy-fails' : 'proxy-untested');
}

/** By the hub's time, else by that of the page's server. */
export function judgeClock(attempt: HubAttempt, facts: DeviceFacts): Finding {
  const byHub = attempt.kind === 'answered' ? attempt.aheadMs : undefined;
  const aheadMs = byHub ?? facts.aheadMs;
  if (aheadMs === undefined || !Number.isFinite(aheadMs)) return finding('clock', 'clock-unknown');
  const offMs = Math.abs(aheadMs);
  const seconds = offMs / SECOND_MS;
  if (offMs < OFF_MS) return finding('clock', 'clock-right');
  return finding('clock', offMs < WRONG_MS ? 'clock-off' : 'clock-wrong', seconds);
}
