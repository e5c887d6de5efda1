/** The files of a model that are pinned to a commit of the hub, and the same model at another commit. Pure. */
import { addressBelow, DEFAULT_HUB_ENDPOINT, urlOf } from '../../platform/addresses/hubEndpoint';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { addressAt } from '../registry/atEndpoint';
import { buildsOf, withSources } from '../runtimes/notation';
import type { Branch, BranchFile } from './askBranch';

/** The path in the repository of a file that is pinned to its commit; undefined for any other address. */
export function pinnedPath(url: string, at: Pinned, hubEndpoint: string): string | undefined {
  const parsed = urlOf(addressAt(url, hubEndpoint));
  const below = parsed && addressBelow(parsed, hubEndpoint);
  const prefix = `/${at.repository}/resolve/${at.commit}/`;
  if (!below?.startsWith(prefix)) return undefined;
  try {
    return decodeURIComponent(below.slice(prefix.length).split('?', 1)[0] ?? '');
  } catch {
    // An invalid percent escape: no file of a hub has such an address.
    return undefined;
  }
}

export interface Pinned {
  repository: string;
  commit: string;
}

/** The paths of the model's files at the hub; empty where one of its files isn't pinned there. */
export function pinnedPaths(model: LlmModelConfig, at: Pinned, hubEndpoint: string): string[] {
  const files = buildsOf(model).flatMap((build) => build.files);
  const paths = files.map(({ source }) =>
    source.kind === 'remote' ? pinnedPath(source.url, at, hubEndpoint) : undefined,
  );
  const known = paths.filter((path) => path !== undefined);
  return known.length === paths.length ? known : [];
}

export interface MovedOn {
  branch: Branch;
  files: ReadonlyMap<string, BranchFile>;
  /** Whether a file in git is as it was, by its SHA-1. */
  isSameGitFile: (file: BranchFile) => boolean;
  hubEndpoint: string;
}

/** The model with each of its files at the branch's commit, and with the facts that the hub states there. */
export function atCommit(model: LlmModelConfig, at: Pinned, moved: MovedOn): LlmModelConfig {
  const { branch, files, isSameGitFile, hubEndpoint } = moved;
  // As a list states it: for any endpoint.
  const movedUrl = (url: string) =>
    url
      .replace(`${hubEndpoint}/`, `${DEFAULT_HUB_ENDPOINT}/`)
      .replace(`/resolve/${at.commit}/`, `/resolve/${branch.commit}/`);
  const movedSource = (source: ModelSource): ModelSource => {
    if (source.kind !== 'remote') return source;
    const file = files.get(pinnedPath(source.url, at, hubEndpoint) ?? '');
    if (!file) return source;
    const { sha256: had, ...others } = source;
    // Of a changed file in git, the download asks for the SHA-1.
    const sha256 = file.sha256 ?? (isSameGitFile(file) ? had : undefined);
    const stated = { ...others, url: movedUrl(source.url), sizeBytes: file.sizeBytes };
    return sha256 === undefined ? stated : { ...stated, sha256 };
  };
  const { licenseText, provenance } = model;
  const dates = [...files.values()].flatMap(({ changedMs = [] }) => changedMs);
  const publishedMs = dates.length > 0 ? Math.max(...dates) : branch.updatedMs;
  const { publishedAt: _date, licenseSha256: _text, ...origin } = { ...provenance, ...at };
  return {
    ...withSources(model, movedSource),
    huggingFaceUrl: movedUrl(model.huggingFaceUrl),
    license: branch.license ?? model.license,
    // Without its digest the text is read again, so that a changed one has to be accepted anew.
    ...(licenseText && { licenseText: { url: movedUrl(licenseText.url) } }),
    provenance: {
      ...origin,
      commit: branch.commit,
      ...(publishedMs !== undefined && { publishedAt: new Date(publishedMs).toISOString() }),
    },
  };
}
