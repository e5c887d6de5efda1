/** Failures in words for people: what happened, and what they can do. */
import { ERROR_TRAITS } from '../../errors';
import type {
  ModelErrorCode,
  ModelErrorDetails,
  ModelFailure,
  Remedy,
  UnsupportedFeature,
} from '../../errors';
import { importRefusal } from './importWords';
import { deniedWords, gatedWords, SIGN_IN_LACK_WORDS } from './signInWords';
import { SYSTEM_LACK_WORDS } from './systemWords';
import {
  formatBytes,
  formatAboutBytes,
  formatExactBytes,
  formatDuration,
  formatCount,
  FORMAT_LABELS,
  printable,
} from './words';

const REMEDY_LABELS: Readonly<Record<Remedy, string | undefined>> = {
  retry: 'Try again',
  'free-space': 'Free up space',
  'open-page': 'Open its page',
  remove: 'Remove',
  download: 'Download',
  repair: 'Repair',
  reload: 'Reload',
  'new-chat': 'New chat',
  'choose-template': 'Choose a format',
  'accept-license': 'Read its licence',
  none: undefined,
};

export interface FailureWords {
  title: string;
  /** What happened and what to do, in a sentence or two. */
  detail: string;
  /** The label of the one button, or undefined if nothing helps. */
  remedyLabel: string | undefined;
}

type Wording = Pick<FailureWords, 'title' | 'detail'>;
const words = (title: string, detail: string): Wording => ({ title, detail });

/** The missing feature, the usual reason, and what to do. */
const LACKS: Readonly<Record<UnsupportedFeature, string>> = {
  'private-storage':
    'This browser gives the app no private file storage to keep models in. The usual reason is a private window: open the app in an ordinary one. The page also has to be opened over https or on localhost.',
  'file-handles':
    'This browser is too old to write models to its private file storage. Update it, or open the app in a newer one.',
  'turns-between-tabs':
    'This browser does not keep tabs from working on one model at once. The usual reason is a page opened over plain http from another computer: open it over https or on localhost.',
  workers:
    'This browser does not run the background scripts that write and check models. Allow them, or update the browser, then reload the page.',
  memory64:
    'This browser lacks 64-bit WebAssembly, which models need to run. Models can be downloaded and removed here; to talk to one, update the browser or open the app in another one.',
  'native-module':
    'This app was built without its own native module, as Expo Go is. It has to be built with it, by whoever develops it.',
  engine:
    'Nothing on this device runs models of this kind. It can be downloaded, checked and removed here.',
  database: 'There is no database here to keep choices in.',
};

const FAILURES: {
  readonly [Code in ModelErrorCode]: (details: ModelErrorDetails[Code]) => Wording;
} = {
  NET_OFFLINE: ({ host }) =>
    words('No connection', `${printable(host)} could not be reached. Check the connection.`),
  NET_INTERRUPTED: ({ host }) =>
    words('The connection broke', `${printable(host)} stopped answering. What arrived is kept.`),
  NET_STALLED: ({ host, waitedMs, receivedBytes }) =>
    words(
      'The transfer stalled',
      receivedBytes === 0
        ? `Nothing came from ${printable(host)} for ${formatDuration(waitedMs / 1000)}. What arrived is kept.`
        : `Only ${formatBytes(receivedBytes)} came from ${printable(host)} in ${formatDuration(waitedMs / 1000)}. What arrived is kept.`,
    ),
  NET_METERED: () =>
    words(
      'Waiting for Wi-Fi',
      'Downloads are set to wait for Wi-Fi, and this is mobile data. What arrived is kept.',
    ),
  NET_SWITCHED_OFF: ({ setting }) =>
    words(
      'Requests are switched off',
      `${printable(setting)} is set, so that nothing is asked of any network. Unset it to download.`,
    ),
  PROXY_UNREACHABLE: ({ proxy, host, status }) =>
    words(
      'The proxy does not get through',
      status === undefined
        ? `The proxy ${printable(proxy)} does not answer. Check its address, or reach ${printable(host)} without it.`
        : `The proxy ${printable(proxy)} answered ${status} for ${printable(host)}. Try again later, or ask who runs it.`,
    ),
  PROXY_DENIED: ({ proxy, host, status }) =>
    words(
      'The proxy refuses',
      status === 407
        ? `The proxy ${printable(proxy)} wants a sign-in (407). Put it into its address: http://name:password@${printable(proxy)}`
        : `The proxy ${printable(proxy)} lets nobody through to ${printable(host)} (${status}). Ask who runs it.`,
    ),
  PROXY_INVALID: ({ setting, reason }) =>
    words(
      'The proxy can’t be used',
      reason === 'socks'
        ? `${printable(setting)} names a SOCKS proxy, which is not supported. Name one that speaks HTTP.`
        : `${printable(setting)} is no address of a proxy, such as http://proxy.example.com:3128`,
    ),
  NET_TLS: ({ host }) =>
    words(
      'The connection is not safe',
      `The certificate of ${printable(host)} is not trusted. A captive network can cause this, and so can a wrong date or time on this device.`,
    ),
  HTTP_DENIED: ({ host, status }) => words(...deniedWords(printable(host), status)),
  HTTP_GATED: ({ status }) => words(...gatedWords(status)),
  SIGN_IN_FAILED: ({ host, why }) => words(...SIGN_IN_LACK_WORDS[why](printable(host))),
  HTTP_NOT_FOUND: ({ host, what }) =>
    words(
      'Not there any more',
      `${printable(host)} does not have this ${what}. See the model’s page.`,
    ),
  STORE_REFUSED: ({ host, what }) =>
    words(
      'The file can’t be fetched just now',
      what === 'denied'
        ? `${printable(host)} has this model, and the address that it gave for the file was refused. What arrived is kept. Try again later.`
        : `${printable(host)} has this model, and there was no file at the address that it gave. What arrived is kept. Try again later.`,
    ),
  HTTP_RATE_LIMITED: ({ host, retryAfterMs }) =>
    words(
      'Too many requests',
      retryAfterMs === undefined
        ? `${printable(host)} asks us to wait. Try again in a few minutes.`
        : `${printable(host)} asks us to wait for ${formatDuration(retryAfterMs / 1000)}.`,
    ),
  HTTP_SERVER: ({ host, status }) =>
    words(
      'The server has a problem',
      `${printable(host)} answered with an error (${status}). Try again later.`,
    ),
  HTTP_UNEXPECTED: ({ host, status, reason }) =>
    words('An unexpected answer', `${printable(host)} answered ${status}: ${printable(reason)}`),
  REDIRECT_UNSAFE: ({ host, reason }) =>
    words(
      'An unsafe address was refused',
      host === '' ? printable(reason) : `${printable(host)}: ${printable(reason)}`,
    ),
  NOT_A_MODEL: ({ host, contentType }) =>
    words(
      'This is not a model',
      `${printable(host)} sent a page (${printable(contentType)}) in its place. A network that wants a sign-in does that.`,
    ),
  RANGE_INVALID: ({ host }) =>
    words(
      'The server sent the wrong part',
      `${printable(host)} did not send the bytes that it was asked for.`,
    ),
  REMOTE_CHANGED: () =>
    words(
      'The file changed on the server',
      'It is not the one that was begun. Try again; if it stays so, cancel and download it anew.',
    ),
  FILE_EMPTY: ({ host }) =>
    words(
      'The file is empty',
      `${printable(host)} sent nothing where a model should be. Try again later, or ask whoever published it.`,
    ),
  LENGTH_MISMATCH: ({ fileName, expectedBytes, actualBytes }) =>
    words(
      'The file has the wrong length',
      `${printable(fileName)} has ${formatExactBytes(actualBytes)} in place of ${formatExactBytes(expectedBytes)}. It was not kept.`,
    ),
  HASH_MISMATCH: ({ fileName }) =>
    words(
      'The file is damaged or was changed',
      `${printable(fileName)} does not have the digest that it should. Fetch it again before you use it.`,
    ),
  NOT_AS_PUBLISHED: ({ fileName }) =>
    words(
      'Not the file that the registry names',
      `${printable(fileName)} on this device is another one than the registry or catalog states. Repair fetches the one that it names.`,
    ),
  NO_SPACE: ({ neededBytes, freeBytes }) =>
    words(
      'Not enough space',
      freeBytes === undefined
        ? `It needs ${formatBytes(neededBytes)} more than this device allows. Remove a model first.`
        : `It needs ${formatBytes(neededBytes)} and ${formatBytes(freeBytes)} are free. Remove a model first.`,
    ),
  DISK_IO: ({ reason }) =>
    words('The disk refused', `Reading or writing failed: ${printable(reason)}`),
  STORAGE_UNAVAILABLE: ({ reason }) =>
    words('The models folder can’t be read', `Nothing was changed. ${printable(reason)}`),
  STORAGE_BUSY: () =>
    words(
      'Something else is using it',
      'Another tab or program holds this model’s file. Close it, then try again.',
    ),
  FOLDER_LINKED: ({ path }) =>
    words(
      'This model’s folder is a link',
      `“${printable(path)}” leads to another place, where this app only reads. Connect the drive that it leads to; or change the files there, or remove the link, by yourself.`,
    ),
  NAME_INVALID: ({ name }) =>
    words('A file name is not allowed', `“${printable(name)}” can’t be used as a file name.`),
  DB_FAILED: ({ reason }) =>
    words(
      'The settings can’t be read or saved',
      `If the disk is full, make some room and try again. The database failed: ${printable(reason)}`,
    ),
  DB_TOO_NEW: () =>
    words(
      'These settings are from a newer version',
      'Reload to get the newest version of the app.',
    ),
  CATALOG_INVALID: ({ reason }) =>
    words('The catalog can’t be used', `Its models were left out: ${printable(reason)}`),
  MODEL_UNAVAILABLE: ({ reason }) => words('Not available here', printable(reason)),
  MODEL_MISSING: () => words('The model is not on this device', 'Download it again to use it.'),
  MODEL_UNKNOWN: ({ modelId, knownIds }) =>
    words(
      'There is no such model',
      knownIds.length === 0
        ? `No model is called ${printable(modelId)}, and no other is offered here.`
        : `No model is called ${printable(modelId)}. These are offered: ${knownIds.map(printable).join(', ')}.`,
    ),
  LICENSE_UNACCEPTED: ({ license }) =>
    words(
      'Its licence has to be accepted first',
      `Read and accept the licence (${printable(license)}) before the download begins.`,
    ),
  MODEL_HAS_FILES: ({ sizeBytes }) =>
    words(
      'Its files are still here',
      `Remove the model from this device first (${formatBytes(sizeBytes)}), then forget it.`,
    ),
  IMPORT_REFUSED: ({ fileName, problem, reason }) => {
    const [title, detail] = importRefusal(fileName, problem, reason);
    return words(title, detail);
  },
  IMPORT_KNOWN: ({ fileName, displayName }) =>
    words(
      'Already here',
      `“${printable(fileName)}” is the file of ${printable(displayName)}, which is installed. Nothing was copied.`,
    ),
  LOAD_FAILED: ({ reason }) =>
    words('The model did not load', `Remove it, or select a smaller one. ${printable(reason)}`),
  LOAD_INTERRUPTED: () =>
    words(
      'The app ended while this model was loading',
      'If it crashed, the model may be too large for this device. Load it again, or choose a smaller one.',
    ),
  NO_MEMORY: ({ neededBytes }) =>
    words(
      'Not enough memory beside the model in use',
      neededBytes === undefined
        ? 'How much it needs is not known. Select it to load it in place of the other.'
        : `It needs ${formatAboutBytes(neededBytes)}. Select it to load it in place of the other.`,
    ),
  GENERATION_FAILED: ({ reason }) => words('The answer broke off', printable(reason)),
  CONTEXT_FULL: ({ contextTokens }) =>
    words(
      'This chat is full',
      `The model remembers ${formatCount(contextTokens)} tokens, and this chat is longer. Start a new one.`,
    ),
  TEMPLATE_INVALID: ({ reason, suggested }) =>
    words(
      'The model’s chat template can’t be used',
      `The model itself is whole. Its template says how a chat is written for it, and has a fault (${printable(reason)}). Another format may do; models like this one mostly read ${FORMAT_LABELS[suggested]}.`,
    ),
  APP_INCOMPLETE: ({ file, reason }) =>
    words(
      'A part of the app is missing',
      `Reload the page. If it stays so, whoever serves this app has to put it right: ${printable(file)} (${printable(reason)}).`,
    ),
  SYSTEM_MODEL: ({ lack, reason }) => {
    const [title, detail] = SYSTEM_LACK_WORDS[lack];
    return words(title, reason === '' ? detail : `${detail} (${printable(reason)})`);
  },
  UNSUPPORTED: ({ feature }) => words('Not supported here', LACKS[feature]),
  INTERNAL: ({ reason }) =>
    words('Something went wrong in the app', `Please report this: ${printable(reason)}`),
};

/** What happened, what to do, and the label of the one button that does it. */
export function describeFailure(failure: ModelFailure): FailureWords {
  // The table gives each code its own details type, which the compiler can't follow through an index.
  const word = FAILURES[failure.code] as (details: ModelFailure['details']) => Wording;
  return {
    ...word(failure.details),
    remedyLabel: REMEDY_LABELS[ERROR_TRAITS[failure.code].remedy],
  };
}
