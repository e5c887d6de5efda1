/** The port for a sign-in to the hub; a part of `types.ts`, which exports it. */

/** `settings`: with a token that the environment or another program provides. */
export type SignInWay = 'browser' | 'device' | 'token' | 'settings';

/** A sign-in to the hub. It is never in the store, the database, a message to peers, an error or an address. */
export interface SignInRecord {
  /** The endpoint for which the token was issued; it is sent to no other one. */
  hubEndpoint: string;
  way: SignInWay;
  token: string;
  /** Exchanged for a new token; undefined where none was issued. */
  refreshToken: string | undefined;
  /** Milliseconds since 1970; undefined for a token with no stated end. */
  expiresAtMs: number | undefined;
  /** Of the account; undefined until the hub has told it. */
  name: string | undefined;
  /** Whether the host keeps it beyond the browser's tab. True where `HubSignIn.keeping` is `always`. */
  isLasting: boolean;
}

/** The hub's page for signing in. */
export interface SignInPage {
  /** The address of this app to which the hub sends the person back. */
  readonly redirectUri: string;
  /**
   * Opens the address, and resolves with the address to which the hub sent the person back. Call it directly after a
   * person's press, which browsers require. @throws AbortError when the person closes the page, or on `signal`
   */
  open(address: Promise<string>, signal: AbortSignal): Promise<string>;
}

/** What this host keeps and sends of a sign-in. */
export interface HubSignIn {
  /** `choice`: in a browser, only for the tab unless the person wants it to last. */
  readonly keeping: 'always' | 'choice';
  /** Whether a sign-in can be sent safely: a browser has to drop it at a redirect to another origin. */
  readonly isSafe: boolean;
  /** The kept sign-in, or undefined. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
  read(): Promise<SignInRecord | undefined>;
  /** Replaces the kept sign-in. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
  write(record: SignInRecord): Promise<void>;
  /** @throws ModelError STORAGE_UNAVAILABLE, DISK_IO */
  remove(): Promise<void>;
  /**
   * All requests to the hub's endpoint carry `token` from now on; undefined for none. When the hub refuses the token
   * itself, requests go on without it, and `onRefused` is called once.
   */
  use(token: string | undefined, onRefused?: () => void): void;
  /** At least 256 random bits that nobody can guess, as 43 or more letters, digits, `-` and `_`. */
  randomText(): string;
  /** Absent on hosts without a browser. */
  readonly page?: SignInPage;
}
