/** Failures of networks, servers and their answers in words for people: the title, then what happened and what to do. */
import type { ModelErrorCode, ModelErrorDetails } from '../../errors';
import { t } from './language';
import { deniedWords, gatedWords, signInLackWords } from './signInWords';
import { formatBytes, formatDuration, printable } from './words';

/** What a code's details are told as. */
export type FailureTable<Code extends ModelErrorCode> = {
  readonly [Each in Code]: (
    details: ModelErrorDetails[Each],
  ) => readonly [title: string, detail: string];
};

export const TRANSFER_FAILURES = {
  NET_OFFLINE: ({ host }) => [
    t('No connection'),
    t('{host} could not be reached. Check the connection.', { host: printable(host) }),
  ],
  NET_INTERRUPTED: ({ host }) => [
    t('The connection broke'),
    t('{host} stopped answering. What arrived is kept.', { host: printable(host) }),
  ],
  NET_STALLED: ({ host, waitedMs, receivedBytes }) => [
    t('The transfer stalled'),
    receivedBytes === 0
      ? t('Nothing came from {host} for {time}. What arrived is kept.', {
          host: printable(host),
          time: formatDuration(waitedMs / 1000),
        })
      : t('Only {size} came from {host} in {time}. What arrived is kept.', {
          size: formatBytes(receivedBytes),
          host: printable(host),
          time: formatDuration(waitedMs / 1000),
        }),
  ],
  NET_METERED: () => [
    t('Waiting for Wi-Fi'),
    t('Downloads are set to wait for Wi-Fi, and this is mobile data. What arrived is kept.'),
  ],
  NET_SWITCHED_OFF: ({ setting }) => [
    t('Requests are switched off'),
    t('{setting} is set, so that nothing is asked of any network. Unset it to download.', {
      setting: printable(setting),
    }),
  ],
  PROXY_UNREACHABLE: ({ proxy, host, status }) => [
    t('The proxy does not get through'),
    status === undefined
      ? t('The proxy {proxy} does not answer. Check its address, or reach {host} without it.', {
          proxy: printable(proxy),
          host: printable(host),
        })
      : t('The proxy {proxy} answered {status} for {host}. Try again later, or ask who runs it.', {
          proxy: printable(proxy),
          status: String(status),
          host: printable(host),
        }),
  ],
  PROXY_DENIED: ({ proxy, host, status }) => [
    t('The proxy refuses'),
    status === 407
      ? t(
          'The proxy {proxy} wants a sign-in (407). Put it into its address: http://name:password@{proxy}',
          { proxy: printable(proxy) },
        )
      : t('The proxy {proxy} lets nobody through to {host} ({status}). Ask who runs it.', {
          proxy: printable(proxy),
          host: printable(host),
          status: String(status),
        }),
  ],
  PROXY_INVALID: ({ setting, reason }) => [
    t('The proxy can’t be used'),
    reason === 'socks'
      ? t('{setting} names a SOCKS proxy, which is not supported. Name one that speaks HTTP.', {
          setting: printable(setting),
        })
      : t('{setting} is no address of a proxy, such as http://proxy.example.com:3128', {
          setting: printable(setting),
        }),
  ],
  NET_TLS: ({ host }) => [
    t('The connection is not safe'),
    t(
      'The certificate of {host} is not trusted. A captive network can cause this, and so can a wrong date or time on this device.',
      { host: printable(host) },
    ),
  ],
  HTTP_DENIED: ({ host, status }) => deniedWords(printable(host), status),
  HTTP_GATED: ({ status }) => gatedWords(status),
  SIGN_IN_FAILED: ({ host, why }) => signInLackWords(why, printable(host)),
  HTTP_NOT_FOUND: ({ host, what }) => [
    t('Not there any more'),
    t(
      '{host} does not have this {what, select, repository {repository} revision {revision} other {file}}. See the model’s page.',
      { host: printable(host), what },
    ),
  ],
  STORE_REFUSED: ({ host, what }) => [
    t('The file can’t be fetched just now'),
    what === 'denied'
      ? t(
          '{host} has this model, and the address that it gave for the file was refused. What arrived is kept. Try again later.',
          { host: printable(host) },
        )
      : t(
          '{host} has this model, and there was no file at the address that it gave. What arrived is kept. Try again later.',
          { host: printable(host) },
        ),
  ],
  HTTP_RATE_LIMITED: ({ host, retryAfterMs }) => [
    t('Too many requests'),
    retryAfterMs === undefined
      ? t('{host} asks us to wait. Try again in a few minutes.', { host: printable(host) })
      : t('{host} asks us to wait for {time}.', {
          host: printable(host),
          time: formatDuration(retryAfterMs / 1000),
        }),
  ],
  HTTP_SERVER: ({ host, status }) => [
    t('The server has a problem'),
    t('{host} answered with an error ({status}). Try again later.', {
      host: printable(host),
      status: String(status),
    }),
  ],
  HTTP_UNEXPECTED: ({ host, status, reason }) => [
    t('An unexpected answer'),
    t('{host} answered {status}: {reason}', {
      host: printable(host),
      status: String(status),
      reason: printable(reason),
    }),
  ],
  REDIRECT_UNSAFE: ({ host, reason }) => [
    t('An unsafe address was refused'),
    host === ''
      ? printable(reason)
      : t('{host}: {reason}', { host: printable(host), reason: printable(reason) }),
  ],
  NOT_A_MODEL: ({ host, contentType }) => [
    t('This is not a model'),
    t('{host} sent a page ({type}) in its place. A network that wants a sign-in does that.', {
      host: printable(host),
      type: printable(contentType),
    }),
  ],
  RANGE_INVALID: ({ host }) => [
    t('The server sent the wrong part'),
    t('{host} did not send the bytes that it was asked for.', { host: printable(host) }),
  ],
  REMOTE_CHANGED: () => [
    t('The file changed on the server'),
    t('It is not the one that was begun. Try again; if it stays so, cancel and download it again.'),
  ],
} satisfies Partial<FailureTable<ModelErrorCode>>;
