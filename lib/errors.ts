/** The closed set of failures that this library reports, the details of each, and what a person can do about it. */

/** The reason of a hold that going back sets, so that the version that was left doesn't come again by itself. */
export const WENT_BACK = 'went-back';
/** The reason of a hold for which a person gave none. */
export const CHOSEN = 'chosen';

/** The prompt formats that the app implements itself, the most common first: see `promptFormats.ts`. */
export const PROMPT_FORMATS = [
  ...(['chatml', 'llama-3', 'inst', 'gemma'] as const),
  ...(['phi', 'zephyr', 'deepseek', 'plain'] as const),
] as const;

export type PromptFormat = (typeof PROMPT_FORMATS)[number];

/** Features that a host may lack and that this library can't replace. */
export const UNSUPPORTED_FEATURES = [
  'private-storage',
  'file-handles',
  'turns-between-tabs',
  'workers',
  'memory64',
  'native-module',
  'engine',
  'database',
] as const;
export type UnsupportedFeature = (typeof UNSUPPORTED_FEATURES)[number];

/** The reasons why a model that belongs to the browser or the system can't be used. */
export const SYSTEM_LACKS = [
  /** The system begins a download only right after a person has pressed something. */
  'press',
  /** A person, a setting or a policy forbids this app to use the model, or the system to download it. */
  'denied',
  'network',
  /** The model was on this device and has to be downloaded again. */
  'gone',
  /** The system can't provide the model on this device. */
  'unavailable',
  /** The model doesn't support the language of the message, or the language in which it would have answered. */
  'language',
  /** The system held the answer back. */
  'filtered',
  /** The system could not start the model; it reports nothing but `reason`. */
  'failed',
  /** Only the system can remove or check the model. */
  'kept',
] as const;
export type SystemLack = (typeof SYSTEM_LACKS)[number];

/** Why a person’s file can’t be taken in. */
export const IMPORT_PROBLEMS = [
  'empty',
  /** Another kind of file. */
  'not-a-model',
  /** Its end is missing. */
  'cut-off',
  /** A model whose header no engine can use. */
  'damaged',
  /** A file of a model that doesn’t work without its other files. */
  'part',
  /** A part of a split model, and other parts of it weren’t given. */
  'incomplete',
  /** Files that were given as one model and don’t belong together. */
  'mixed',
  'too-large',
  /** It was changed, moved or removed while it was read. */
  'changed',
  /** This host has no engine for such files, or can’t open files. */
  'unsupported',
] as const;
export type ImportProblem = (typeof IMPORT_PROBLEMS)[number];

/** The reasons why a person could not be signed in to the hub. */
export const SIGN_IN_LACKS = [
  /** The person, or the hub on their behalf, said no. */
  'denied',
  /** The code for signing in was used too late. */
  'expired',
  /** The hub doesn't accept the token. */
  'refused',
  /** The text can't be sent as a token: it has a blank, a line end or another character. */
  'unreadable',
  /** The hub doesn't know this app, or not with this address; or no id is configured. */
  'client',
  /** The browser opened no window. */
  'blocked',
  /** The browser would send the token to other origins, too. */
  'unsafe',
  /** The hub's answer isn't one of this protocol. */
  'unexpected',
] as const;
export type SignInLack = (typeof SIGN_IN_LACKS)[number];

/**
 * The details of each code. Values are plain data, so that a failure survives a worker,
 * a broadcast to another tab and a row in a database. They contain no token and no signed URL:
 * `host` is a host name, `url` is only ever a URL that the registry or a catalog states.
 */
export interface ModelErrorDetails {
  /** No server answered: no network, DNS failure, refused connection. */
  NET_OFFLINE: { host: string };
  /** The connection ended before the answer was complete; also any TLS failure except an untrusted certificate. */
  NET_INTERRUPTED: { host: string };
  /** Within `waitedMs` no byte arrived (`receivedBytes` is 0), or too few did. */
  NET_STALLED: { host: string; waitedMs: number; receivedBytes: number };
  /** The network is metered, and transfers are set to wait for one that isn't. */
  NET_METERED: { host: string };
  /** The setting named `setting` forbids all requests. */
  NET_SWITCHED_OFF: { setting: string };
  /** The proxy didn't answer, or couldn't reach the host (`status` is its answer). `proxy` contains no credentials. */
  PROXY_UNREACHABLE: { proxy: string; host: string; status: number | undefined };
  /** The proxy requires a sign-in (407), or doesn't allow connections to the host. */
  PROXY_DENIED: { proxy: string; host: string; status: number };
  /** A setting names a proxy that can't be used. */
  PROXY_INVALID: { setting: string; reason: 'socks' | 'unreadable' };
  /** The certificate was checked and isn't trusted; never retried, never bypassed. */
  NET_TLS: { host: string };
  /** The server requires a sign-in, or rejects the credentials that were sent. */
  HTTP_DENIED: { host: string; status: number };
  /** The repository is public but its licence has to be accepted first. */
  HTTP_GATED: { host: string; status: number };
  /** Signing in to the hub failed; a sign-in that was kept before stays. */
  SIGN_IN_FAILED: { host: string; why: SignInLack };
  HTTP_NOT_FOUND: { host: string; what: 'repository' | 'revision' | 'file' };
  /** `host` gave an address for the file, but the server there denied access (`denied`) or has no file (`absent`). */
  STORE_REFUSED: { host: string; what: 'denied' | 'absent' };
  HTTP_RATE_LIMITED: { host: string; retryAfterMs: number | undefined };
  HTTP_SERVER: { host: string; status: number };
  HTTP_UNEXPECTED: { host: string; status: number; reason: string };
  /** An address that is never requested: http, another scheme, credentials in the URL, or one redirect too many. */
  REDIRECT_UNSAFE: { host: string; reason: string };
  /** The answer is a web page in place of a model: a login page, a proxy's page, an error page. */
  NOT_A_MODEL: { host: string; contentType: string };
  /** The server sent another range than the requested one. */
  RANGE_INVALID: { host: string; reason: string };
  /** The file on the server is no longer the one whose download was begun. */
  REMOTE_CHANGED: { host: string };
  /** The server sent no byte of a file, although no source had stated that the file is empty. */
  FILE_EMPTY: { host: string };
  LENGTH_MISMATCH: { fileName: string; expectedBytes: number; actualBytes: number };
  HASH_MISMATCH: { fileName: string; expected: string; actual: string };
  /** The installed file isn't the one that the registry or a catalog names: another size, digest or name. */
  NOT_AS_PUBLISHED: { fileName: string };
  /** `freeBytes` is undefined where the host doesn't report it (a browser's quota in the middle of a write). */
  NO_SPACE: { neededBytes: number; freeBytes: number | undefined };
  /** The model is larger than all that the browser lets this app keep, so that no removal helps. */
  OVER_QUOTA: { neededBytes: number; quotaBytes: number };
  DISK_IO: { path: string; reason: string };
  /** The models folder itself can't be read, so its contents are unknown. */
  STORAGE_UNAVAILABLE: { reason: string };
  /** Another tab or process uses the file. */
  STORAGE_BUSY: { path: string };
  /** There is a link in place of a model's folder. Its target is read, and never written to or removed. */
  FOLDER_LINKED: { path: string };
  /** The model lies on another volume, which isn't connected. `place` is the volume's name for people. */
  PLACE_MISSING: { place: string };
  NAME_INVALID: { name: string };
  DB_FAILED: { reason: string };
  /** The database was written by a newer version of the app. */
  DB_TOO_NEW: { foundVersion: number; knownVersion: number };
  CATALOG_INVALID: { reason: string };
  /** The model has no build that this host runs, or isn't released yet. */
  MODEL_UNAVAILABLE: { modelId: string; reason: string };
  MODEL_MISSING: { modelId: string };
  /** No model with this id is offered; `knownIds` are. */
  MODEL_UNKNOWN: { modelId: string; knownIds: readonly string[] };
  /** The licence has to be accepted before the first byte of the model. */
  LICENSE_UNACCEPTED: { modelId: string; license: string };
  /** Its publisher has withdrawn this version; `reason` is the publisher's. A person may use it anyway. */
  MODEL_WITHDRAWN: { modelId: string; reason: string };
  /** A model whose files are on this device can't be forgotten. `sizeBytes` are those of its files. */
  MODEL_HAS_FILES: { modelId: string; sizeBytes: number };
  /** The model is kept at its version, for this reason. */
  MODEL_HELD: { modelId: string; reason: string };
  /** A person’s file can’t be taken in. `reason` is the end of a sentence, or empty. */
  IMPORT_REFUSED: { fileName: string; problem: ImportProblem; reason: string };
  /** The file is the installed file of this model. */
  IMPORT_KNOWN: { fileName: string; modelId: string; displayName: string };
  LOAD_FAILED: { path: string; reason: string };
  /** The app ended, maybe by a crash, while this model was being loaded. */
  LOAD_INTERRUPTED: { modelId: string };
  /** Memory has no room for the model beside the one in use. `neededBytes` is undefined where its size isn't known. */
  NO_MEMORY: { neededBytes: number | undefined };
  GENERATION_FAILED: { reason: string };
  /** The conversation is longer than the context that the model was loaded with. */
  CONTEXT_FULL: { contextTokens: number };
  /**
   * The model's chat template can't be read, rejects messages that a person may send, or omits them.
   * The model itself isn't damaged: another format may work, and `suggested` is the one of its family.
   */
  TEMPLATE_INVALID: { reason: string; suggested: PromptFormat };
  /** A file of the app itself can't be fetched from the app's server, or isn't the expected file. */
  APP_INCOMPLETE: { file: string; reason: string };
  /** A model that belongs to the browser or the system failed; `reason` is the system's own message, or empty. */
  SYSTEM_MODEL: { lack: SystemLack; reason: string };
  /** This host has no adapter for the requested feature. */
  UNSUPPORTED: { feature: UnsupportedFeature; host: string };
  /** A defect in this library; `reason` is for a bug report, not for the person. */
  INTERNAL: { reason: string };
}

export type ModelErrorCode = keyof ModelErrorDetails;

/** The one thing that a person can do. */
export type Remedy =
  | 'retry'
  | 'free-space'
  | 'open-page'
  | 'remove'
  | 'download'
  | 'repair'
  | 'reload'
  | 'new-chat'
  | 'choose-template'
  | 'accept-license'
  | 'use-anyway'
  | 'none';

/** The traits are those of a file. One failed answer doesn't predict the next (`lib/download/pieces/setbacks.ts`). */
export interface ErrorTraits {
  /** `auto`: retried with backoff before a person sees it. `user`: a person may retry it. `never`: would fail again. */
  retry: 'auto' | 'user' | 'never';
  /** Whether the bytes received so far stay on the disk and the next attempt resumes from them. */
  keepsBytes: boolean;
  remedy: Remedy;
}

const auto: ErrorTraits = { retry: 'auto', keepsBytes: true, remedy: 'retry' };
const byUser: ErrorTraits = { retry: 'user', keepsBytes: true, remedy: 'retry' };
const discarded: ErrorTraits = { retry: 'user', keepsBytes: false, remedy: 'retry' };
const final = (remedy: Remedy): ErrorTraits => ({ retry: 'never', keepsBytes: true, remedy });

export const ERROR_TRAITS: Readonly<Record<ModelErrorCode, ErrorTraits>> = {
  NET_OFFLINE: auto,
  NET_INTERRUPTED: auto,
  NET_STALLED: auto,
  NET_METERED: auto,
  NET_SWITCHED_OFF: final('none'),
  PROXY_UNREACHABLE: auto,
  PROXY_DENIED: byUser,
  PROXY_INVALID: final('none'),
  NET_TLS: byUser,
  HTTP_DENIED: final('open-page'),
  HTTP_GATED: final('open-page'),
  SIGN_IN_FAILED: byUser,
  HTTP_NOT_FOUND: final('open-page'),
  STORE_REFUSED: auto,
  HTTP_RATE_LIMITED: auto,
  HTTP_SERVER: auto,
  HTTP_UNEXPECTED: byUser,
  REDIRECT_UNSAFE: byUser,
  NOT_A_MODEL: byUser,
  RANGE_INVALID: auto,
  REMOTE_CHANGED: byUser,
  FILE_EMPTY: discarded,
  LENGTH_MISMATCH: discarded,
  HASH_MISMATCH: discarded,
  NOT_AS_PUBLISHED: final('repair'),
  NO_SPACE: { retry: 'user', keepsBytes: true, remedy: 'free-space' },
  OVER_QUOTA: byUser,
  DISK_IO: byUser,
  STORAGE_UNAVAILABLE: final('reload'),
  STORAGE_BUSY: byUser,
  FOLDER_LINKED: final('none'),
  PLACE_MISSING: byUser,
  NAME_INVALID: final('none'),
  DB_FAILED: final('reload'),
  DB_TOO_NEW: final('reload'),
  CATALOG_INVALID: final('none'),
  MODEL_UNAVAILABLE: final('none'),
  MODEL_MISSING: final('download'),
  MODEL_UNKNOWN: final('none'),
  LICENSE_UNACCEPTED: final('accept-license'),
  MODEL_WITHDRAWN: final('use-anyway'),
  MODEL_HAS_FILES: final('remove'),
  MODEL_HELD: final('none'),
  IMPORT_REFUSED: final('none'),
  IMPORT_KNOWN: final('none'),
  LOAD_FAILED: final('remove'),
  LOAD_INTERRUPTED: byUser,
  NO_MEMORY: final('none'),
  GENERATION_FAILED: byUser,
  CONTEXT_FULL: final('new-chat'),
  TEMPLATE_INVALID: final('choose-template'),
  APP_INCOMPLETE: { ...byUser, remedy: 'reload' },
  SYSTEM_MODEL: byUser,
  UNSUPPORTED: final('none'),
  INTERNAL: byUser,
};

/** A failure as plain data, for states, messages between tabs and `--json`. */
export type ModelFailure = {
  [Code in ModelErrorCode]: { code: Code; details: ModelErrorDetails[Code] };
}[ModelErrorCode];

/**
 * The only error class that the library throws on purpose; cancellation is an
 * `AbortError` and isn't one of these. Match with `isModelError` and `code`: both
 * survive a second copy of this module, `instanceof` doesn't. `message` is for logs.
 */
export class ModelError<Code extends ModelErrorCode = ModelErrorCode> extends Error {
  override readonly name = 'ModelError';
  readonly code: Code;
  readonly details: ModelErrorDetails[Code];

  constructor(code: Code, details: ModelErrorDetails[Code], options?: { cause?: unknown }) {
    super(`${code} ${JSON.stringify(details)}`, options);
    this.code = code;
    this.details = details;
  }
}

export function isModelError(error: unknown): error is ModelError {
  return error instanceof Error && error.name === 'ModelError' && 'code' in error;
}

/** Whether a model's files can't be reached because they lie on a volume that isn't connected. */
export function isPlaceMissing(error: unknown): error is ModelError<'PLACE_MISSING'> {
  return isModelError(error) && error.code === 'PLACE_MISSING';
}

/** Whether the error comes from a requested stop: pause, cancel, leaving the page. It is never shown to a person. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The error with which a requested stop rejects. */
export function abortError(): Error {
  const error = new Error('Called off');
  error.name = 'AbortError';
  return error;
}

/** The plain form of any thrown value; anything but a `ModelError` becomes `INTERNAL`. */
export function toFailure(error: unknown): ModelFailure {
  if (isModelError(error)) return { code: error.code, details: error.details } as ModelFailure;
  return { code: 'INTERNAL', details: { reason: describe(error) } };
}

/** The thrown form of a plain failure, for the receiving side of a worker. */
export function fromFailure(failure: ModelFailure, cause?: unknown): ModelError {
  return new ModelError(failure.code, failure.details, { cause });
}

/** One line about a foreign error, for a `reason`. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
