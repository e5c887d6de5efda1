/** Reads what a person types or pastes into the box for new models: words, a repository, an address. Pure. */
import {
  addressBelow,
  DEFAULT_HUB_ENDPOINT,
  isPublicHub,
} from '../../platform/addresses/hubEndpoint';
import { readFileAddress, readWebAddress } from '../registry/fileAddress';
import { readPastedLink } from './addLink';
import {
  DEFAULT_REVISION,
  decoded,
  isQuantization,
  isRepositoryName,
  isRevision,
  queryValue,
  type HubAddress,
  type HubAddressProblem,
  type RepositoryAddress,
} from './addressParts';

const MAX_LENGTH = 2_000;
const NOT_AT_HUB = 'isn’t an address of the hub';
const NO_MODEL = 'names no repository and no file of the hub';

/** Pages of the hub that have the form of a repository's address, and aren't one. */
const NO_OWNERS = new Set([
  ...['api', 'blog', 'chat', 'collections', 'datasets', 'docs', 'inference', 'join', 'learn'],
  ...['login', 'new', 'organizations', 'papers', 'posts', 'pricing', 'settings', 'spaces', 'tasks'],
]);

/** No request is made, and no address in a link is followed. */
export function readHubAddress(written: string, hubEndpoint: string): HubAddress {
  const text = written.trim();
  if (text.length > MAX_LENGTH) return unreadable('is too long for an address');
  const link = readPastedLink(text);
  if (link !== undefined) return link;
  const address = asWebAddress(text, hubEndpoint);
  if (address !== undefined) return readAddress(address, hubEndpoint);
  const [, scheme, rest = ''] = /^(hf:(?:\/\/)?)?(.*)$/is.exec(text) ?? [];
  const named = readNamed(rest);
  if (named !== undefined) return named;
  return scheme === undefined ? words(text) : unreadable('names no repository');
}

function words(text: string): HubAddress {
  // Control characters and halves of characters can't be part of a request.
  const clean = text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
  return { kind: 'words', words: clean.slice(0, 200).replace(/\p{Cs}/gu, '') };
}

function unreadable(problem: HubAddressProblem): HubAddress {
  return { kind: 'unreadable', problem };
}

/** `owner/name:QUANTIZATION@revision`, of which only the repository is required; undefined for any other form. */
function readNamed(text: string): RepositoryAddress | undefined {
  const [, named = '', revision = DEFAULT_REVISION] = /^([^@]*)(?:@(.+))?$/s.exec(text) ?? [];
  const [, repository = '', quantization] = /^([^:]*)(?::(.+))?$/s.exec(named) ?? [];
  if (!isRepositoryName(repository) || !isRevision(revision)) return undefined;
  if (quantization !== undefined && !isQuantization(quantization)) return undefined;
  return { kind: 'repository', repository, revision, quantization, path: undefined };
}

/** The text if it is a web address, also without its scheme as browsers show it; undefined for any other form. */
function asWebAddress(text: string, hubEndpoint: string): string | undefined {
  if (/^https?:\/\//i.test(text)) return text;
  const { host } = new URL(hubEndpoint);
  const isHost = /^(www\.)?(huggingface\.co|hf\.co)(\/|$)/i.test(text);
  return isHost || text.startsWith(`${host}/`) ? `https://${text}` : undefined;
}

function readAddress(address: string, hubEndpoint: string): HubAddress {
  const { url: read, problem } = readWebAddress(address, hubEndpoint);
  if (problem !== undefined) return unreadable(problem);
  const url = new URL(read);
  const endpoint = isPublicHub(url) ? DEFAULT_HUB_ENDPOINT : hubEndpoint;
  const below = addressBelow(url, endpoint);
  if (below === undefined) return readForeign(address, hubEndpoint);
  const [, path = '', query = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(below) ?? [];
  const segments = path.split('/').filter((segment) => segment !== '');
  return readPage(segments.map(decoded), query);
}

function readForeign(address: string, hubEndpoint: string): HubAddress {
  const { url } = readFileAddress(address, hubEndpoint);
  if (url === undefined || !/\.gguf($|[?#&])/i.test(url)) return unreadable(NOT_AT_HUB);
  return { kind: 'elsewhere', url };
}

function readPage(segments: readonly string[], query: string): HubAddress {
  const [first, second] = segments;
  if (first === undefined) return words('');
  if (first === 'api' && second === 'models') return readPage(segments.slice(2), query);
  if (first === 'models') return words(queryValue(query, 'search') ?? '');
  if (NO_OWNERS.has(first)) return unreadable(NO_MODEL);
  // The page of a publisher: its models are found by its name.
  if (second === undefined)
    return isRepositoryName(`${first}/x`) ? words(first) : unreadable(NO_MODEL);
  // Other programs name a quantization behind the address: `hf.co/owner/name:Q4_K_M`.
  const named = readNamed(`${first}/${second}`);
  if (named === undefined) return unreadable(NO_MODEL);
  const place = readPlace(segments.slice(2), query);
  return place === undefined ? unreadable(NO_MODEL) : { ...named, ...place };
}

type Place = Partial<Pick<RepositoryAddress, 'revision' | 'path'>>;

/** The kinds of pages that show one file at a revision, and those that show a revision alone. */
const FILE_PAGES: readonly (string | undefined)[] = ['blob', 'resolve', 'raw', 'blame'];
const REVISION_PAGES: readonly (string | undefined)[] = ['tree', 'revision', 'commit', 'commits'];

/** What follows the repository in the address of a page: undefined if it can't be read. */
function readPlace([kind, ...behind]: readonly string[], query: string): Place | undefined {
  const { revision, path } = revisionAndPath(behind);
  if (FILE_PAGES.includes(kind)) {
    return path !== '' && isRevision(revision) ? { revision, path } : undefined;
  }
  // The hub's own view of a file's header has the address of the repository, and the file in the query.
  const shown = queryValue(query, 'show_file_info') ?? '';
  const beside: Place = shown === '' ? {} : { path: shown };
  if (!REVISION_PAGES.includes(kind)) return beside;
  return isRevision(revision) ? { revision, ...beside } : undefined;
}

/** `refs/pr/1` is written with its slashes escaped, and often without that. */
function revisionAndPath(behind: readonly string[]): { revision: string; path: string } {
  const count = behind[0] === 'refs' && behind.length >= 3 ? 3 : 1;
  const revision = behind.slice(0, count).join('/');
  return {
    revision: revision === '' ? DEFAULT_REVISION : revision,
    path: behind.slice(count).join('/'),
  };
}
