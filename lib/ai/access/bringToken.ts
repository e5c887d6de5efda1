/** The ways in which the hub issues a token: on its page, or with a code that is typed in on another device. */
import type { HubSignIn } from '../../platform/types';
import { awaitDevice, beginDevice, type DeviceCode } from './deviceCode';
import {
  askForToken,
  findEndpoints,
  refusedToken,
  signInFailure,
  type HubAccountTools,
  type IssuedToken,
} from './hubAccount';
import { authorizeAddress, beginAttempt, readSentBack } from './pkce';

export interface BringTools extends HubAccountTools {
  signIn: Pick<HubSignIn, 'page' | 'randomText'>;
  clientId: string;
}

/** Opens the hub's page at once. @throws ModelError SIGN_IN_FAILED, NET_*, HTTP_*; AbortError */
export async function throughPage(tools: BringTools, signal: AbortSignal): Promise<IssuedToken> {
  const { clientId, signIn } = tools;
  const { page } = signIn;
  if (!page) throw signInFailure(tools, 'client');
  const attempt = beginAttempt(signIn.randomText, page.redirectUri);
  const endpoints = findEndpoints(tools, signal);
  const opening = endpoints.then(({ authorize }) => authorizeAddress(authorize, clientId, attempt));
  // The page reports its failure; until it waits for it, nothing else would.
  opening.catch(() => undefined);
  const sentBack = await page.open(opening, signal);
  const { token: url } = await endpoints;
  const form = {
    ...{ grant_type: 'authorization_code', client_id: clientId, redirect_uri: attempt.redirectUri },
    ...{ code: readSentBack(sentBack, attempt), code_verifier: attempt.verifier },
  };
  const answer = await askForToken(tools, { url, form }, signal);
  if ('error' in answer) throw refusedToken(tools, answer.error);
  return answer;
}

/** `onCode` is called with the code for the person. @throws ModelError SIGN_IN_FAILED, NET_*, HTTP_*; AbortError */
export async function onDevice(
  tools: BringTools,
  onCode: (code: Pick<DeviceCode, 'userCode' | 'page' | 'expiresAtMs'>) => void,
  signal: AbortSignal,
): Promise<IssuedToken> {
  const { clientId } = tools;
  const { device, token } = await findEndpoints(tools, signal);
  if (device === undefined) throw signInFailure(tools, 'client');
  const code = await beginDevice(tools, { url: device, clientId }, signal);
  const { userCode, page, expiresAtMs } = code;
  onCode({ userCode, page, expiresAtMs });
  return awaitDevice(tools, { code, url: token, clientId }, signal);
}
