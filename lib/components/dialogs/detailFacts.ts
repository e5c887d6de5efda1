/** The facts in the details dialog, as label and value. */
import type { AddedModel } from '../../ai/added/addedRows';
import type { BuildChoice } from '../../ai/registry/buildChoice';
import type { Fit } from '../../ai/memory/memoryFit';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { longestContext, modelFiles } from '../../ai/registry/modelFiles';
import type { InstalledFile, ModelState } from '../../ai/modelState';
import { TRAITS } from '../../ai/runtimes/runtimes';
import { isOtherFile } from '../../ai/registry/published';
import type { ModelFile } from '../../ai/runtimes/modelBuild';
import type { MemoryParts } from '../../ai/runtimes/runtimeTraits';
import { buildOf } from '../../ai/runtimes/notation';
import type { Host, Runtime } from '../../platform/types';
import { t, translated } from '../words/language';
import { compressionWords } from './compression';
import { describeFit, partsWords } from '../words/measuredWords';
import {
  checkLabel,
  describeBuild,
  formatCount,
  formatDate,
  formatExactBytes,
} from '../words/words';

export interface Fact {
  label: string;
  value: string;
}

export interface FileFacts {
  name: string;
  lines: string[];
  /** Digests and addresses, which people compare letter by letter. */
  code: string[];
}

/** The values besides the model that its facts depend on. */
export interface Surroundings {
  /** Undefined where the app could not start, so that no model is here. */
  host: Pick<Host, 'kind' | 'storageName'> | undefined;
  choice: BuildChoice;
  state: ModelState;
  /** The context that the model is loaded with here; undefined where nothing loads it. */
  contextTokens: number | undefined;
  fit: Fit;
  /** Bytes of memory with that context; undefined if too little is known. */
  needBytes: number | undefined;
  /** These bytes in their parts; undefined where only the whole is known. */
  memoryParts: MemoryParts | undefined;
  /** How and when a person added the model; undefined for one of the registry or of a catalog. */
  added: Pick<AddedModel, 'origin' | 'addedAt'> | undefined;
}

export function detailFacts(config: LlmModelConfig, surroundings: Surroundings): Fact[] {
  const { host, choice, state, contextTokens, fit, needBytes, memoryParts } = surroundings;
  const { runtime } = choice;
  const facts: Fact[] = [
    ...(config.size === '' ? [] : [{ label: t('Parameters'), value: config.size }]),
    ...quantizationFact(config, runtime),
    { label: t('Licence'), value: config.license },
    { label: t('Runs with'), value: describeBuild(choice) },
  ];
  const longest = longestContext(config, runtime);
  if (longest !== undefined) {
    facts.push({ label: t('Context'), value: contextWords(longest, contextTokens) });
  }
  const memory = describeFit(fit, needBytes);
  if (memory !== undefined) facts.push({ label: t('Memory'), value: memory });
  if (memoryParts !== undefined && contextTokens !== undefined) {
    facts.push({ label: t('Memory in parts'), value: partsWords(memoryParts, contextTokens) });
  }
  if (!TRAITS[runtime].hasFiles) {
    facts.push({
      label: t('Kept in'),
      value: t('The browser itself, and nothing in this app’s storage'),
    });
  } else if (host && (state.kind === 'installed' || state.kind === 'differs')) {
    facts.push({ label: t('Installed'), value: formatDate(state.installedAt) });
    facts.push({ label: t('Kept in'), value: placeWords(host, config.folderName) });
  }
  return [...facts, ...originFacts(config, surroundings)];
}

function quantizationFact(config: LlmModelConfig, runtime: Runtime): Fact[] {
  const name = buildOf(config, runtime)?.quantization ?? '';
  return config.available && name !== ''
    ? [{ label: t('Compression'), value: compressionWords(name) }]
    : [];
}

function originFacts(
  { provenance }: LlmModelConfig,
  { added }: Pick<Surroundings, 'added'>,
): Fact[] {
  const { repository, commit, publisher, publishedAt, licenseSha256 } = provenance ?? {};
  const facts: readonly (readonly [string, string | undefined])[] = [
    [t('Added'), added && addedWords(added)],
    [t('Publisher'), publisher],
    [t('Repository'), repository],
    [t('Commit'), commit],
    [t('Published'), publishedAt === undefined ? undefined : formatDate(Date.parse(publishedAt))],
    [t('Licence text'), licenseSha256 === undefined ? undefined : `SHA-256 ${licenseSha256}`],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

function addedWords({ addedAt, origin }: Pick<AddedModel, 'origin' | 'addedAt'>): string {
  const time = formatDate(addedAt);
  switch (origin) {
    case 'hub':
      return t('{time}, from the hub', { time });
    case 'link':
      return t('{time}, from the hub, by a link', { time });
    case 'address':
      return t('{time}, from an address', { time });
    case 'file':
      return t('{time}, from a file', { time });
  }
}

function contextWords(longest: number, used: number | undefined): string {
  const tokens = formatCount(longest);
  return used === undefined || used === longest
    ? t('{tokens} tokens', { tokens })
    : t('{tokens} tokens; {used} are used here', { tokens, used: formatCount(used) });
}

function placeWords(
  { kind, storageName }: Pick<Host, 'kind' | 'storageName'>,
  folder: string,
): string {
  switch (kind) {
    case 'web':
      return t('This browser’s private storage for this app, in the folder {folder}', { folder });
    case 'ios':
    case 'android':
      return t('This app’s own documents, in the folder {folder}', { folder });
    default:
      return t('{place}, in the folder {folder}', { place: storageName, folder });
  }
}

export function fileFacts(
  config: LlmModelConfig,
  state: ModelState,
  runtime: Runtime,
): FileFacts[] {
  const named = modelFiles(config, runtime);
  const stated = named.map(statedFacts);
  switch (state.kind) {
    case 'installed':
      return state.files.map(installedFacts);
    case 'differs':
      return [
        ...state.files
          .map(foundFacts(named))
          .map((file) => ({ ...file, name: t('On this device: {file}', { file: file.name }) })),
        ...stated.map((file) => ({
          ...file,
          name: t('Named by the registry: {file}', { file: file.name }),
        })),
      ];
    default:
      return stated;
  }
}

/** A file that isn't one of the named ones was checked against an earlier statement: only its size is told. */
function foundFacts(named: readonly ModelFile[]): (file: InstalledFile) => FileFacts {
  return (file) => {
    const source = named.find(({ fileName }) => fileName === file.fileName)?.source;
    const isNamed = source !== undefined && !isOtherFile(source, file);
    const facts = installedFacts(file);
    return isNamed ? facts : { ...facts, lines: [formatExactBytes(file.sizeBytes)] };
  };
}

function installedFacts(file: InstalledFile): FileFacts {
  const code = [`SHA-256 ${file.sha256}`];
  if (file.url !== undefined) code.push(file.url);
  if (file.revision !== undefined) code.push(t('Revision {revision}', { revision: file.revision }));
  return {
    name: file.fileName,
    lines: [formatExactBytes(file.sizeBytes), checkLabel(file.checkedAgainst)],
    code,
  };
}

function statedFacts({ fileName, source }: ModelFile): FileFacts {
  switch (source.kind) {
    case 'bundled':
      return { name: fileName, lines: [t('Comes with the app')], code: [] };
    case 'unavailable':
      return { name: fileName, lines: [translated(source.reason)], code: [] };
    case 'remote': {
      const size =
        source.sizeBytes === undefined
          ? t('Size not known yet')
          : formatExactBytes(source.sizeBytes);
      const digest = source.sha256 === undefined ? [] : [`SHA-256 ${source.sha256}`];
      return { name: fileName, lines: [size], code: [...digest, source.url] };
    }
  }
}
