/** Reads links that ask the app to show a repository. They state names, never addresses to request. Pure. */
import {
  DEFAULT_REVISION,
  isRepositoryName,
  queryValue,
  type HubAddress,
  type RepositoryAddress,
} from './addressParts';

const FILE = /^(?:[\w.+-]{1,120}\/){0,8}[\w.+-]{1,200}\.(?:gguf|pte)$/i;
const APP_LINK = /^modelshelf:\/\/\/?(?:settings\/models\/)?add\/?\?([^#]*)(?:#.*)?$/is;
const WEB_LINK = /^https?:\/\/[^/?#]+(?:\/[^?#]*)?\/settings\/models\/add\/?\?([^#]*)(?:#.*)?$/is;

/**
 * The repository that a link of the app names, from the link's parameters: `repo` is `owner/name`, and `file`, which may
 * be missing, is the path of a model file. Undefined where one of them has another form; other parameters are ignored.
 */
export function readAddLink(
  parameters: Readonly<Record<string, unknown>>,
): RepositoryAddress | undefined {
  const repository = parameters['repo'];
  const path = parameters['file'];
  if (typeof repository !== 'string' || !isRepositoryName(repository)) return undefined;
  if (path !== undefined && !isModelPath(path)) return undefined;
  const revision = DEFAULT_REVISION;
  return { kind: 'repository', repository, revision, quantization: undefined, path };
}

function isModelPath(path: unknown): path is string {
  return typeof path === 'string' && FILE.test(path) && !/(^|\/)\.+(\/|$)/.test(path);
}

/** Undefined for a text that isn't such a link. */
export function readPastedLink(text: string): HubAddress | undefined {
  const isLink = /^modelshelf:/i.test(text);
  const query = (APP_LINK.exec(text) ?? WEB_LINK.exec(text))?.[1];
  if (query === undefined) return isLink ? NO_LINK : undefined;
  const parameters: Record<string, unknown> = {};
  for (const name of ['repo', 'file']) {
    const isStated = query.split('&').some((pair) => pair.startsWith(`${name}=`));
    // A name that comes twice has no value, and the link is refused.
    if (isStated) parameters[name] = queryValue(query, name) ?? null;
  }
  return readAddLink(parameters) ?? NO_LINK;
}

const NO_LINK: HubAddress = { kind: 'unreadable', problem: 'is no link to a model' };
