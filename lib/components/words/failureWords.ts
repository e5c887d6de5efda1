/** Failures in words for people: what happened, and what they can do. */
import { CHOSEN, ERROR_TRAITS, WENT_BACK } from '../../errors';
import type { ModelErrorCode, ModelFailure, Remedy, UnsupportedFeature } from '../../errors';
import { importRefusal } from './importWords';
import { t, translated } from './language';
import { reasonWords } from './reasonWords';
import { systemLackWords } from './systemWords';
import { TRANSFER_FAILURES, type FailureTable } from './transferFailureWords';
import {
  formatBytes,
  formatAboutBytes,
  formatExactBytes,
  joinList,
  printable,
  promptFormatName,
} from './words';

const REMEDY_LABELS: Readonly<Record<Remedy, () => string | undefined>> = {
  retry: () => t('Try again'),
  'free-space': () => t('Free up space'),
  'open-page': () => t('Open its page'),
  remove: () => t('Remove'),
  download: () => t('Download'),
  repair: () => t('Repair'),
  reload: () => t('Reload'),
  'new-chat': () => t('New chat'),
  'choose-template': () => t('Choose a format'),
  'accept-license': () => t('Read its licence'),
  'use-anyway': () => t('Use anyway'),
  none: () => undefined,
};

export interface FailureWords {
  title: string;
  /** What happened and what to do, in a sentence or two. */
  detail: string;
  /** The label of the one button, or undefined if nothing helps. */
  remedyLabel: string | undefined;
}

/** The missing feature, the usual reason, and what to do. */
function lackWords(feature: UnsupportedFeature): string {
  switch (feature) {
    case 'private-storage':
      return t(
        'This browser gives the app no private file storage to keep models in. The usual reasons are a private window, or site data that is switched off: open the app in an ordinary window, and allow site data in the browser’s settings. The page also has to be opened over https or on localhost. If none of that helps, use a current Chrome, Edge or Firefox.',
      );
    case 'file-handles':
      return t(
        'This browser is too old to write models to its private file storage. Update it, or open the app in a newer one.',
      );
    case 'turns-between-tabs':
      return t(
        'This browser does not keep tabs from working on one model at once. The usual reason is a page opened over plain http from another computer: open it over https or on localhost.',
      );
    case 'workers':
      return t(
        'This browser does not run the background scripts that write and check models. Allow them, or update the browser, then reload the page.',
      );
    case 'memory64':
      return t(
        'This browser lacks 64-bit WebAssembly, which models need to run. Models can be downloaded and removed here; to talk to one, update the browser or open the app in another one.',
      );
    case 'native-module':
      return t(
        'This app was built without its own native module, as Expo Go is. It has to be built with it, by whoever develops it.',
      );
    case 'engine':
      return t(
        'Nothing on this device runs models of this kind. It can be downloaded, checked and removed here.',
      );
    case 'database':
      return t('There is no database here to keep choices in.');
  }
}

const FAILURES: FailureTable<ModelErrorCode> = {
  ...TRANSFER_FAILURES,
  FILE_EMPTY: ({ host }) => [
    t('The file is empty'),
    t(
      '{host} sent nothing where a model should be. Try again later, or ask whoever published it.',
      { host: printable(host) },
    ),
  ],
  LENGTH_MISMATCH: ({ fileName, expectedBytes, actualBytes }) => [
    t('The file has the wrong length'),
    t('{file} has {actual} in place of {expected}. It was not kept.', {
      file: printable(fileName),
      actual: formatExactBytes(actualBytes),
      expected: formatExactBytes(expectedBytes),
    }),
  ],
  HASH_MISMATCH: ({ fileName }) => [
    t('The file is damaged or was changed'),
    t('{file} does not have the digest that it should. Fetch it again before you use it.', {
      file: printable(fileName),
    }),
  ],
  NOT_AS_PUBLISHED: ({ fileName }) => [
    t('Not the file that the registry names'),
    t(
      '{file} on this device is another one than the registry or catalog states. Repair fetches the one that it names.',
      { file: printable(fileName) },
    ),
  ],
  NO_SPACE: ({ neededBytes, freeBytes }) => [
    t('Not enough space'),
    freeBytes === undefined
      ? t('It needs {needed} more than this device allows. Remove a model first.', {
          needed: formatBytes(neededBytes),
        })
      : t('It needs {needed} and {free} are free. Remove a model first.', {
          needed: formatBytes(neededBytes),
          free: formatBytes(freeBytes),
        }),
  ],
  OVER_QUOTA: ({ neededBytes, quotaBytes }) => [
    t('Larger than this browser’s storage for the app'),
    t(
      'It needs {needed}, and this browser lets the app keep {quota} in all. Choose a smaller model, or open the app in an ordinary window if this is a private one. On a nearly full disk, make some room: the browser then allows more.',
      { needed: formatBytes(neededBytes), quota: formatBytes(quotaBytes) },
    ),
  ],
  DISK_IO: ({ reason }) => [
    t('The disk refused'),
    t('Reading or writing failed: {reason}', { reason: reasonWords(reason) }),
  ],
  STORAGE_UNAVAILABLE: ({ reason }) => [
    t('The models folder can’t be read'),
    t('Nothing was changed. {reason}', { reason: printable(reason) }),
  ],
  STORAGE_BUSY: () => [
    t('Something else is using it'),
    t('Another tab or program holds this model’s file. Close it, then try again.'),
  ],
  FOLDER_LINKED: ({ path }) => [
    t('This model’s folder is a link'),
    t(
      '“{path}” leads to another place, where this app only reads. Connect the drive that it leads to; or change the files there, or remove the link, by yourself.',
      { path: printable(path) },
    ),
  ],
  PLACE_MISSING: ({ place }) => [
    t('Not connected'),
    t(
      'This model lies on “{place}”, which isn’t connected. Connect it, then try again. Nothing was changed.',
      {
        place: printable(place),
      },
    ),
  ],
  NAME_INVALID: ({ name }) => [
    t('A file name is not allowed'),
    t('“{name}” can’t be used as a file name.', { name: printable(name) }),
  ],
  DB_FAILED: ({ reason }) => [
    t('The settings can’t be read or saved'),
    t('If the disk is full, make some room and try again. The database failed: {reason}', {
      reason: printable(reason),
    }),
  ],
  DB_TOO_NEW: () => [
    t('These settings are from a newer version'),
    t('Reload to get the newest version of the app.'),
  ],
  CATALOG_INVALID: ({ reason }) => [
    t('The catalog can’t be used'),
    t('Its models were left out: {reason}', { reason: printable(translated(reason)) }),
  ],
  MODEL_UNAVAILABLE: ({ reason }) => [t('Not available here'), printable(translated(reason))],
  MODEL_MISSING: () => [t('The model is not on this device'), t('Download it again to use it.')],
  MODEL_UNKNOWN: ({ modelId, knownIds }) => [
    t('There is no such model'),
    knownIds.length === 0
      ? t('No model is called {model}, and no other is offered here.', {
          model: printable(modelId),
        })
      : t('No model is called {model}. These are offered: {models}.', {
          model: printable(modelId),
          models: joinList(knownIds.map(printable)),
        }),
  ],
  LICENSE_UNACCEPTED: ({ license }) => [
    t('Its licence has to be accepted first'),
    t('Read and accept the licence ({license}) before the download begins.', {
      license: printable(license),
    }),
  ],
  MODEL_WITHDRAWN: ({ reason }) => [
    t('Withdrawn by its publisher'),
    t(
      'Its publisher says: {reason} Nothing was removed. It is used only if you decide to use it anyway.',
      {
        reason: printable(reason),
      },
    ),
  ],
  MODEL_HAS_FILES: ({ sizeBytes }) => [
    t('Its files are still here'),
    t('Remove the model from this device first ({size}), then forget it.', {
      size: formatBytes(sizeBytes),
    }),
  ],
  MODEL_HELD: ({ reason }) => [
    t('It is held at its version'),
    reason === WENT_BACK
      ? t('You went back to this version. Release it before you update it.')
      : t('The reason: {reason}. Release it before you update it.', {
          reason: givenReason(reason),
        }),
  ],
  IMPORT_REFUSED: ({ fileName, problem, reason }) => importRefusal(fileName, problem, reason),
  IMPORT_KNOWN: ({ fileName, displayName }) => [
    t('Already here'),
    t('“{file}” is the file of {model}, which is installed. Nothing was copied.', {
      file: printable(fileName),
      model: printable(displayName),
    }),
  ],
  LOAD_FAILED: ({ reason }) => [
    t('The model did not load'),
    t('Remove it, or select a smaller one. {reason}', { reason: reasonWords(reason) }),
  ],
  LOAD_INTERRUPTED: () => [
    t('The app ended while this model was loading'),
    t(
      'If it crashed, the model may be too large for this device. Load it again, or choose a smaller one.',
    ),
  ],
  NO_MEMORY: ({ neededBytes }) => [
    t('Not enough memory beside the model in use'),
    neededBytes === undefined
      ? t('How much it needs is not known. Select it to load it in place of the other.')
      : t('It needs {size}. Select it to load it in place of the other.', {
          size: formatAboutBytes(neededBytes),
        }),
  ],
  GENERATION_FAILED: ({ reason }) => [t('The answer broke off'), printable(reason)],
  CONTEXT_FULL: ({ contextTokens }) => [
    t('This chat is full'),
    t(
      'The model remembers {count, plural, one {# token} other {# tokens}}, and this chat is longer. Start a new one.',
      { count: contextTokens },
    ),
  ],
  TEMPLATE_INVALID: ({ reason, suggested }) => [
    t('The model’s chat template can’t be used'),
    t(
      'The model itself is whole. Its template says how a chat is written for it, and has a fault ({reason}). Another format may do; models like this one mostly read {format}.',
      { reason: printable(reason), format: promptFormatName(suggested) },
    ),
  ],
  APP_INCOMPLETE: ({ file, reason }) => [
    t('A part of the app is missing'),
    t(
      'Reload the page. If it stays so, whoever serves this app has to put it right: {file} ({reason}).',
      { file: printable(file), reason: printable(reason) },
    ),
  ],
  SYSTEM_MODEL: ({ lack, reason }) => {
    const [title, detail] = systemLackWords(lack);
    return [
      title,
      reason === '' ? detail : t('{detail} ({reason})', { detail, reason: printable(reason) }),
    ];
  },
  UNSUPPORTED: ({ feature }) => [t('Not supported here'), lackWords(feature)],
  INTERNAL: ({ reason }) => [
    t('Something went wrong in the app'),
    t('Please report this: {reason}', { reason: printable(reason) }),
  ],
};

/** What happened, what to do, and the label of the one button that does it. */
export function describeFailure(failure: ModelFailure): FailureWords {
  // The table gives each code its own details type, which the compiler can't follow through an index.
  const word = FAILURES[failure.code] as (
    details: ModelFailure['details'],
  ) => readonly [title: string, detail: string];
  const [title, detail] = word(failure.details);
  return { title, detail, remedyLabel: REMEDY_LABELS[ERROR_TRAITS[failure.code].remedy]() };
}

/** The reason of a hold that a person set, as it was written where it was. */
export function givenReason(reason: string): string {
  return reason === CHOSEN ? t('you chose to') : printable(reason);
}
