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
import type { FileRole } from '../../ai/runtimes/modelBuild';
import type { ModelFailure } from '../../errors';
import { problemWords, recommendationWords, scanWords } from './discoverWords';
import { describeFailure, type FailureWords } from './failureWords';
import { currentLocale, t } from './language';
import { describeFit } from './measuredWords';
import { askedText } from './signInWords';
import {
  formatBytes,
  formatCount,
  formatDay,
  formatTokens,
  printable,
  runtimeLabel,
  joinList,
  joinSentences,
} from './words';

/** The orders of a list of repositories. */
export function sortOptions(): readonly { value: HubSort; label: string }[] {
  return [
    { value: 'trendingScore', label: t('Trending') },
    { value: 'downloads', label: t('Downloads') },
    { value: 'likes', label: t('Likes') },
    { value: 'lastModified', label: t('Newest') },
    { value: 'mainSize', label: t('Largest') },
  ];
}

/** In the order of the badges. */
export const ABILITY_ORDER: readonly Ability[] = ['vision', 'tools', 'thinking', 'embedding'];

export function abilityLabel(ability: Ability): string {
  switch (ability) {
    case 'vision':
      return t('Sees pictures');
    case 'tools':
      return t('Uses tools');
    case 'thinking':
      return t('Thinks first');
    case 'embedding':
      return t('Compares texts');
  }
}

/** `1 repository`, `12 repositories`. */
export function countedRepositories(count: number): string {
  return t('{count, plural, one {# repository} other {# repositories}}', { count });
}

/** The facts of a repository in a list, each short. */
export function foundFacts(found: RepositoryFacts): string[] {
  const { downloads, updatedMs, parameters, license } = found;
  return [
    ...(parameters === undefined
      ? []
      : [t('{size} parameters', { size: parameterWords(parameters) })]),
    ...(downloads === undefined
      ? []
      : [
          t('{count, plural, one {# download a month} other {# downloads a month}}', {
            count: downloads,
          }),
        ]),
    ...(updatedMs === undefined ? [] : [t('changed {day}', { day: formatDay(updatedMs) })]),
    ...(license === undefined ? [t('no licence stated')] : [printable(license)]),
  ];
}

/** Why a build can't be added here; undefined where it can, or once a file was chosen. */
export function obstacleWords({ found, runsHere, look }: JudgedBuild): string | undefined {
  if (!runsHere) {
    return t('It is for {runtime}, which this device doesn’t run.', {
      runtime: runtimeLabel(found.build.runtime),
    });
  }
  if (look.kind === 'refused') return t('It can’t be used here.');
  return found.problem === undefined ? undefined : problemWords(found.problem);
}

/** Whether the build fits into the memory of this device, and why. */
export function fitWords({ fit }: JudgedBuild): string | undefined {
  if (fit.parts) return chatFitWords(fit);
  return describeFit(fit.fit, fit.neededBytes, 'file-sizes');
}

/** The same for a build whose header was read. */
export function chatFitWords({ fit, neededBytes, contextTokens }: BuildFit): string | undefined {
  return describeFit(fit, neededBytes, { chatTokens: contextTokens });
}

export function roleQuestion(role: FileRole): string {
  switch (role) {
    case 'weights':
      return t('Which file has its weights?');
    case 'tokenizer':
      return t('Which file is its tokenizer?');
    case 'tokenizerConfig':
      return t('Which file configures its tokenizer?');
    case 'projector':
      return t('Which file lets it see pictures?');
  }
}

/** Empty where the question says everything. */
export function roleHint(role: FileRole): string {
  switch (role) {
    case 'tokenizer':
      return t(
        'A tokenizer cuts text into the pieces that the model reads. This build can’t run without one.',
      );
    case 'tokenizerConfig':
      return t('It tells how a chat is written for the model. This build can’t run without one.');
    case 'weights':
    case 'projector':
      return '';
  }
}

/** Why a repository didn't open. */
export function openFailureWords(failure: ModelFailure): FailureWords {
  const words = describeFailure(failure);
  switch (failure.code) {
    case 'HTTP_DENIED':
      return {
        ...words,
        title: t('There is no such repository, or it is private'),
        detail: t(
          '{host} shows it to nobody who isn’t signed in. Check its name: the owner may have deleted or renamed it.',
          { host: printable(failure.details.host) },
        ),
      };
    case 'HTTP_NOT_FOUND':
      return {
        ...words,
        title: t('This repository isn’t there any more'),
        detail: t(
          '{host} doesn’t have it under this name and version. The owner may have deleted or renamed it.',
          { host: printable(failure.details.host) },
        ),
      };
    default:
      return words;
  }
}

/** What a person does to get access to a gated repository. */
export function gateWords({ gate, gateFields }: Repository): string {
  const sentences = [
    gate === 'auto'
      ? t('On the page of the repository you agree to its terms, and have access at once.')
      : t('On the page of the repository you ask for access, and its owner decides.'),
  ];
  if (gateFields.length > 0) sentences.push(askedText(gateFields));
  sentences.push(t('The download works once you have access.'));
  return joinSentences(sentences);
}

/** What the versions of a repository are, and which one is recommended. */
export function versionsWords(recommendation: Recommendation): string {
  const words = recommendationWords(recommendation);
  if (recommendation.build === undefined) return words;
  return t('Smaller versions store the model’s numbers less exactly. Recommended: {words}', {
    words,
  });
}

/** A build in a list: its quantization and its bytes. */
export function buildName({ found }: JudgedBuild): string {
  const { quantization } = found.build;
  const size = formatBytes(found.totalBytes);
  return quantization === 'unknown'
    ? t('One version, {size}', { size })
    : `${printable(quantization)}, ${size}`;
}

/** Undefined unless the hub's malware scanners found something. */
export function suspicionWords({ scan }: JudgedBuild): string | undefined {
  return ['caution', 'suspicious', 'unsafe'].includes(scan) ? scanWords(scan) : undefined;
}

/** Worst first. */
const SCANS: readonly ScanStatus[] = [
  ...(['unsafe', 'suspicious', 'caution', 'error', 'queued', 'unscanned', 'unknown'] as const),
  'safe',
];

function scansTogether(worst: ScanStatus): string {
  switch (worst) {
    case 'unsafe':
      return t('Hugging Face says that a file isn’t safe');
    case 'suspicious':
      return t('Hugging Face finds a file suspicious');
    case 'caution':
      return t('Hugging Face advises caution with a file');
    case 'error':
      return t('Hugging Face couldn’t scan every file');
    case 'queued':
      return t('Hugging Face hasn’t scanned every file yet');
    case 'unscanned':
      return t('Hugging Face hasn’t scanned every file');
    case 'safe':
      return t('Hugging Face has found nothing');
    case 'unknown':
      return '';
  }
}

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
    [t('Publisher'), publisher],
    [t('Licence'), license === undefined ? t('Not stated') : printable(license)],
    [t('Parameters'), parameters === undefined ? undefined : parameterWords(parameters)],
    [t('Context'), contextTokens === undefined ? undefined : formatTokens(contextTokens)],
    [
      t('Downloads'),
      downloads === undefined
        ? undefined
        : t('{count} in 30 days', { count: formatCount(downloads) }),
    ],
    [t('Likes'), likes === undefined ? undefined : formatCount(likes)],
    [t('Changed'), updatedMs === undefined ? undefined : formatDay(updatedMs)],
    [t('Made from'), joinList(baseModels)],
    [t('Languages'), joinList(languages.map(languageName))],
    [t('Malware scan'), scansTogether(worst)],
  ];
  return stated(facts);
}

/** Without the facts that aren't known. */
export function stated(facts: readonly (readonly [string, string | undefined])[]): LabelledFact[] {
  return facts.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [{ label, value }],
  );
}

function languageName(code: string): string {
  // Not every engine of JavaScript on phones knows the names.
  if (!('DisplayNames' in Intl)) return code;
  try {
    return new Intl.DisplayNames(currentLocale(), { type: 'language' }).of(code) ?? code;
  } catch {
    // The card states something that is no code of a language.
    return code;
  }
}
