/** What an address of the hub can mean, and the characters that each of its parts may have. Pure. */
import { DEFAULT_HUB_ENDPOINT } from '../../platform/addresses/hubEndpoint';
import type { AddressProblem } from '../registry/fileAddress';

/** A repository of the hub, and what of it is meant. */
export interface RepositoryAddress {
  kind: 'repository';
  /** `owner/name`. */
  repository: string;
  /** A branch, a tag or a commit; `main` unless one was named. */
  revision: string;
  quantization: string | undefined;
  /** The path of the weights, if an address named them. */
  path: string | undefined;
}

/** The https address of a model file that isn't at the hub. */
export interface FileAddress {
  kind: 'elsewhere';
  url: string;
}

export type HubAddress =
  | RepositoryAddress
  | FileAddress
  /** Words to search for; empty where nothing was written. */
  | { kind: 'words'; words: string }
  | { kind: 'unreadable'; problem: HubAddressProblem };

/** Why a text can't be read, as the end of a sentence about it; each is in `addressProblemWords`, too. */
export type HubAddressProblem =
  | AddressProblem
  | 'is no link to a model'
  | 'is too long for an address'
  | 'names no repository'
  | 'names no repository and no file of the hub'
  | 'isn’t an address of the hub';

export const DEFAULT_REVISION = 'main';

/** Also the rule of the hub: letters, digits, `-`, `_` and `.`. */
const REPOSITORY = /^[\w.-]{1,96}\/[\w.-]{1,96}$/;

export function isRepositoryName(text: string): boolean {
  return REPOSITORY.test(text) && !hasDots(text);
}

/** A branch, a tag, a commit, or a name such as `refs/pr/1`. */
export function isRevision(text: string): boolean {
  return text.length <= 200 && /^[^\s\p{Cc}\p{Cs}?#\\]+$/u.test(text) && !hasDots(text);
}

export function isQuantization(text: string): boolean {
  return /^[\w.-]{1,60}$/.test(text);
}

/** Whether a part between two slashes is `.`, `..` or nothing: in an address, each would lead elsewhere. */
function hasDots(text: string): boolean {
  return text.split('/').some((part) => /^\.*$/.test(part));
}

export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // An invalid percent escape is no escape: the hub is asked for the text as it stands.
    return segment;
  }
}

/** The value of a name in a query; undefined where the name is missing or comes twice. */
export function queryValue(query: string, name: string): string | undefined {
  const values = query.split('&').filter((pair) => pair === name || pair.startsWith(`${name}=`));
  const [pair, second] = values;
  if (pair === undefined || second !== undefined) return undefined;
  return decoded(pair.slice(name.length + 1).replace(/\+/g, ' '));
}

/** The address of a file's bytes at the public hub, at a commit. */
export function fileUrl({
  name,
  commit,
  path,
}: {
  name: string;
  commit: string;
  path: string;
}): string {
  const place = path.split('/').map(encodeURIComponent).join('/');
  return `${DEFAULT_HUB_ENDPOINT}/${name}/resolve/${commit}/${place}`;
}
