/** What the screen for adding a model tells about repositories and their builds, in words for people. No React. */
import type { Ability } from '../../ai/discover/abilities';
import type { Repository } from '../../ai/discover/askRepository';
import type { ScanStatus } from '../../ai/discover/askScans';
import type { RepositoryFacts } from '../../ai/discover/hubFacts';
import type { BuildFit } from '../../ai/builds/buildFit';
import { parameterWords } from '../../ai/registry/modelSize';
import type { Recommendation } from '../../ai/builds/recommendBuild';
import type { HubSort } from '../../ai/discover/searchHub';
import type { JudgedBuild } from '../../ai/hub/judgeRepository';
import type { ModelToAdd } from '../../ai/hub/modelHub';
import type { FileRole } from '../../ai/runtimes/modelBuild';
import { buildsOf } from '../../ai/runtimes/notation';
import { TRAITS } from '../../ai/runtimes/runtimes';
import type { ModelFailure } from '../../errors';
import { problemWords, recommendationWords, SCAN_WORDS } from './discoverWords';
import { describeFailure, type FailureWords } from './failureWords';
import { describeFit } from './measuredWords';
import { formatBytes, formatCount, formatDay, printable } from './words';

export const SORTS: readonly { value: HubSort; label: string }[] = [
  { value: 'trendingScore', label: 'Trending' },
  { value: 'downloads', label: 'Downloads' },
  { value: 'likes', label: 'Likes' },
  { value: 'lastModified', label: 'Newest' },
  { value: 'mainSize', label: 'Largest' },
];

export const ABILITY_WORDS: Readonly<Record<Ability, string>> = {
  vision: 'Sees pictures',
  tools: 'Uses tools',
  thinking: 'Thinks first',
  embedding: 'Compares texts',
};

/** In the order of the badges. */
export const ABILITY_ORDER = Object.keys(ABILITY_WORDS) as readonly Ability[];

/** `1 repository`, `12 repositories`. */
export function countedRepositories(count: number): string {
  return count === 1 ? '1 repository' : `${formatCount(count)} repositories`;
}

/** The facts of a repository in a list, each short. */
export function foundFacts(found: RepositoryFacts): string[] {
  const { downloads, updatedMs, parameters, license } = found;
  return [
    ...(parameters === undefined ? [] : [`${parameterWords(parameters)} parameters`]),
    ...(downloads === undefined ? [] : [`${formatCount(downloads)} downloads a month`]),
    ...(updatedMs === undefined ? [] : [`changed ${formatDay(updatedMs)}`]),
    ...(license === undefined ? ['no licence stated'] : [printable(license)]),
  ];
}

/** Why a build can't be added here; undefined where it can, or once a file was chosen. */
export function obstacleWords({ found, runsHere, look }: JudgedBuild): string | undefined {
  if (!runsHere) {
    return `It is for ${TRAITS[found.build.runtime].label}, which this device doesn’t run.`;
  }
  if (look.kind === 'refused') return 'It can’t be used here.';
  return found.problem === undefined ? undefined : problemWords(found.problem);
}

/** Whether the build fits into the memory of this device, and why. */
export function fitWords({ fit }: JudgedBuild): string | undefined {
  if (fit.parts) return chatFitWords(fit);
  return describeFit(fit.fit, fit.neededBytes, ', by the size of its files');
}

/** The same for a build whose header was read. */
export function chatFitWords({ fit, neededBytes, contextTokens }: BuildFit): string | undefined {
  return describeFit(fit, neededBytes, `, with ${formatCount(contextTokens)} tokens of a chat`);
}

export const ROLE_QUESTIONS: Readonly<Record<FileRole, string>> = {
  weights: 'Which file has its weights?',
  tokenizer: 'Which file is its tokenizer?',
  tokenizerConfig: 'Which file configures its tokenizer?',
  projector: 'Which file lets it see pictures?',
};

export const ROLE_HINTS: Readonly<Record<FileRole, string>> = {
  weights: '',
  tokenizer:
    'A tokenizer cuts text into the pieces that the model reads. This build can’t run without one.',
  tokenizerConfig:
    'It tells how a chat is written for the model. This build can’t run without one.',
  projector: '',
};

/** Why a repository didn't open. */
export function openFailureWords(failure: ModelFailure): FailureWords {
  const words = describeFailure(failure);
  switch (failure.code) {
    case 'HTTP_DENIED':
      return {
        ...words,
        title: 'There is no such repository, or it is private',
        detail: `${printable(failure.details.host)} shows it to nobody who isn’t signed in. Check its name: the owner may have deleted or renamed it.`,
      };
    case 'HTTP_NOT_FOUND':
      return {
        ...words,
        title: 'This repository isn’t there any more',
        detail: `${printable(failure.details.host)} doesn’t have it under this name and version. The owner may have deleted or renamed it.`,
      };
    default:
      return words;
  }
}

/** What a person does to get access to a gated repository. */
export function gateWords({ gate, gateFields }: Repository): string {
  const when =
    gate === 'auto'
      ? 'On the page of the repository you agree to its terms, and have access at once.'
      : 'On the page of the repository you ask for access, and its owner decides.';
  const fields = gateFields.map(printable).join(', ');
  const asked = fields === '' ? '' : ` The owner asks for: ${fields}.`;
  return `${when}${asked} The download works once you have access.`;
}

/** What the versions of a repository are, and which one is recommended. */
export function versionsWords(recommendation: Recommendation): string {
  const words = recommendationWords(recommendation);
  if (recommendation.build === undefined) return words;
  return `Smaller versions store the model’s numbers less exactly. Recommended: ${words}`;
}

/** A build in a list: its quantization and its bytes. */
export function buildName({ found }: JudgedBuild): string {
  const { quantization } = found.build;
  const name = quantization === 'unknown' ? 'One version' : printable(quantization);
  return `${name}, ${formatBytes(found.totalBytes)}`;
}

/** Undefined unless the hub's malware scanners found something. */
export function suspicionWords({ scan }: JudgedBuild): string | undefined {
  return ['caution', 'suspicious', 'unsafe'].includes(scan) ? SCAN_WORDS[scan] : undefined;
}

/** Worst first. */
const SCANS: readonly ScanStatus[] = [
  ...(['unsafe', 'suspicious', 'caution', 'error', 'queued', 'unscanned', 'unknown'] as const),
  'safe',
];

const SCANS_TOGETHER: Readonly<Record<ScanStatus, string>> = {
  unsafe: 'Hugging Face says that a file isn’t safe',
  suspicious: 'Hugging Face finds a file suspicious',
  caution: 'Hugging Face advises caution with a file',
  error: 'Hugging Face couldn’t scan every file',
  queued: 'Hugging Face hasn’t scanned every file yet',
  unscanned: 'Hugging Face hasn’t scanned every file',
  unknown: '',
  safe: 'Hugging Face has found nothing',
};

export interface LabelledFact {
  label: string;
  value: string;
}

/** The facts of an opened repository; those that the hub doesn't state are left out. */
export function repositoryFacts(
  repository: Repository,
  builds: readonly JudgedBuild[],
): LabelledFact[] {
  const { publisher, license, downloads, likes, updatedMs, parameters, contextTokens } = repository;
  const { baseModels, languages } = repository;
  const worst = SCANS.find((status) => builds.some(({ scan }) => scan === status)) ?? 'unknown';
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Publisher', publisher],
    ['Licence', license === undefined ? 'Not stated' : printable(license)],
    ['Parameters', parameters === undefined ? undefined : parameterWords(parameters)],
    ['Context', contextTokens === undefined ? undefined : `${formatCount(contextTokens)} tokens`],
    ['Downloads', downloads === undefined ? undefined : `${formatCount(downloads)} in 30 days`],
    ['Likes', likes === undefined ? undefined : formatCount(likes)],
    ['Changed', updatedMs === undefined ? undefined : formatDay(updatedMs)],
    ['Made from', baseModels.join(', ')],
    ['Languages', languages.map(languageName).join(', ')],
    ['Malware scan', SCANS_TOGETHER[worst]],
  ];
  return stated(facts);
}

function stated(facts: readonly (readonly [string, string | undefined])[]): LabelledFact[] {
  return facts.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [{ label, value }],
  );
}

/** The facts of a model at an address that isn’t the hub’s. */
export function addressFacts({ config, sizeBytes, fit }: ModelToAdd, host: string): LabelledFact[] {
  const { quantization } = buildsOf(config)[0] ?? {};
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['From', host],
    ['Size', sizeBytes === undefined ? 'Its server doesn’t state it' : formatBytes(sizeBytes)],
    ['Version', quantization === 'unknown' ? undefined : quantization],
    ['Parameters', config.size === 'unknown' ? undefined : config.size],
    ['Licence', printable(config.license)],
    ['Memory', chatFitWords(fit)],
  ];
  return stated(facts);
}

/** Why the file at an address elsewhere can’t be looked at. */
export function addressFailureWords(failure: ModelFailure): FailureWords {
  const words = describeFailure(failure);
  if (failure.code !== 'HTTP_NOT_FOUND') return words;
  const host = printable(failure.details.host);
  return {
    ...words,
    title: 'There is no such file',
    detail: `${host} doesn’t have it under this address. Check the address: the file may have been moved or deleted.`,
  };
}

/** What the bytes of a model at an address are compared with. */
export const CHECK_SENTENCES: Readonly<Record<ModelToAdd['checkedAgainst'], string>> = {
  list: 'It is the file of a model that is on the shelf already.',
  server: 'Its server states a digest. The download is compared with it.',
  none: 'Its server states no digest: that all bytes arrive can be checked, but not that they are those of the publisher. Add it only if you trust this server.',
};

/** For an address with a query, whatever is in it: signatures and keys have no common name. */
export const QUERY_KEPT =
  'The end of this address, from “?” on, is kept on this device, and is in lists that you export. If it is a key or a signature, whoever gets such a list can use it. A signed address also stops working after some time.';

function languageName(code: string): string {
  // Not every engine of JavaScript on phones knows the names.
  if (!('DisplayNames' in Intl)) return code;
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
  } catch {
    // The card states something that is no code of a language.
    return code;
  }
}
