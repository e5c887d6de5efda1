/**
 * The hub's page in a window of its own. The page is cut off from this one when it leaves this origin, so the address to
 * which the hub sends the person back comes over a channel between pages of this origin.
 */
import { abortError, ModelError } from '../../../errors';
import type { SignInPage } from '../../types';
import { appPath } from '../webAssets';

const CHANNEL = 'modelshelf-sign-in';
const pagePath = () => `${appPath()}/oauth`;
const WINDOW = 'popup,width=520,height=760';
/** For the page that waits to take the address. */
const ANSWER_MS = 1_000;

type Message = { kind: 'back'; address: string } | { kind: 'taken'; address: string };

export function createWebSignInPage(): SignInPage {
  return {
    redirectUri: location.origin + pagePath(),
    async open(address, signal) {
      // A name of its own, so that a second press shows the same window.
      const window = globalThis.open('about:blank', CHANNEL, WINDOW);
      if (!window) {
        throw new ModelError('SIGN_IN_FAILED', { host: location.host, why: 'blocked' });
      }
      try {
        const hubPage = await address;
        if (signal.aborted) throw abortError();
        window.location.replace(hubPage);
        return await sentBack(new URL(hubPage).searchParams.get('state'), signal);
      } catch (error) {
        window.close();
        throw error;
      }
    },
  };
}

/** Takes the first address that belongs to this sign-in: any page of this origin can send others. */
function sentBack(state: string | null, signal: AbortSignal): Promise<string> {
  const channel = new BroadcastChannel(CHANNEL);
  const coming = new Promise<string>((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(abortError());
    });
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const address = addressIn(data);
      if (address === undefined || state === null || stateOf(address) !== state) return;
      channel.postMessage({ kind: 'taken', address } satisfies Message);
      resolve(address);
    });
  });
  return coming.finally(() => {
    // The answer is still on its way.
    setTimeout(() => {
      channel.close();
    });
  });
}

function addressIn(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { kind, address } = data as Partial<Message>;
  const isAddress = kind === 'back' && typeof address === 'string' && URL.canParse(address);
  return isAddress ? address : undefined;
}

const stateOf = (address: string) => new URL(address).searchParams.get('state');

/**
 * On the page to which the hub sent a person back: hands its address to the page that waits for it, and closes this
 * one. Resolves with false on any other page, and where no page waits: then this one is an ordinary page of the app.
 */
export async function isReturnFromSignIn(): Promise<boolean> {
  const { pathname, href } = location;
  // A server of plain files sends the page of a folder, with a slash.
  if (pathname.replace(/\/$/, '') !== pagePath() || stateOf(href) === null) return false;
  // Neither the history nor the address line shows the code any longer.
  history.replaceState(null, '', pagePath());
  const channel = new BroadcastChannel(CHANNEL);
  const isTaken = await new Promise<boolean>((resolve) => {
    setTimeout(() => {
      resolve(false);
    }, ANSWER_MS);
    channel.addEventListener('message', ({ data }: MessageEvent<Partial<Message>>) => {
      if (data.kind === 'taken' && data.address === href) resolve(true);
    });
    channel.postMessage({ kind: 'back', address: href } satisfies Message);
  });
  channel.close();
  if (isTaken) window.close();
  return isTaken;
}
