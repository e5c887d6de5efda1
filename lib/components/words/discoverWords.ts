/** What the hub's repositories and their builds mean, in words for people, in the app and in the terminal. No React. */
import type { ScanStatus } from '../../ai/discover/askScans';
import type { Recommendation } from '../../ai/builds/recommendBuild';
import type { BuildProblem, RepositoryBuild } from '../../ai/builds/repositoryBuilds';
import type { Fit } from '../../ai/memory/memoryFit';
import type { FileRole } from '../../ai/runtimes/modelBuild';
import { formatBytes, printable } from './words';

/** Short, for a list. Empty where it isn't known. */
export const SHORT_FITS: Readonly<Record<Fit, string>> = {
  fits: 'fits',
  tight: 'tight',
  'too-large': 'too large',
  unknown: '',
};

/** What the hub's malware scanners found. Empty where there is nothing to tell a person. */
export const SCAN_WORDS: Readonly<Record<ScanStatus, string>> = {
  safe: 'Hugging Face has scanned this file and found no malware.',
  unscanned: 'Hugging Face hasn’t scanned this file for malware.',
  queued: 'Hugging Face hasn’t scanned this file for malware yet.',
  error: 'Hugging Face couldn’t scan this file for malware.',
  caution: 'Hugging Face’s malware scanners advise caution with this file.',
  suspicious: 'Hugging Face’s malware scanners find this file suspicious.',
  unsafe: 'Hugging Face’s malware scanners say that this file isn’t safe.',
  unknown: '',
};

const ROLE_WORDS: Readonly<Record<FileRole, string>> = {
  weights: 'weights',
  tokenizer: 'tokenizer',
  tokenizerConfig: 'tokenizer’s configuration',
  projector: 'projector',
};

/** Why a build can't be added as it is. */
export function problemWords(problem: BuildProblem): string {
  switch (problem.kind) {
    case 'incomplete':
      return `The repository has only ${String(problem.has)} of its ${String(problem.of)} files.`;
    case 'needs': {
      const names = problem.roles.map((role) => ROLE_WORDS[role]).join(' and no ');
      return `The repository has no ${names} beside it or above it.`;
    }
    case 'unusable':
      return problem.reason;
  }
}

/** The recommended build, or why there is none, with the reason. */
export function recommendationWords(recommendation: Recommendation): string {
  const { build, reason } = recommendation;
  if (build === undefined) return noneWords(recommendation);
  const { quantization } = build.build;
  const name = `${printable(quantization)}, ${formatBytes(build.totalBytes)}`;
  switch (reason) {
    case 'whole':
      return `${name}: its answers can’t be told apart from those of the largest files, and it fits well.`;
    case 'best':
      return `${name}: the best quality that fits well.${passedWords(recommendation)}`;
    case 'low':
      return `${name}: nothing better fits, and its answers contain clear mistakes. A smaller model would answer better.`;
    case 'tight':
      return `${name}: the smallest one. It loads if other programs are closed; nothing here fits well.`;
    case 'usual':
      return `${name}: the usual choice. How much memory this device has isn’t known.`;
  }
}

type Recommended = Extract<Recommendation, { build: RepositoryBuild }>;

function passedWords({ passed }: Recommended): string {
  if (passed === undefined) return '';
  const { build, by } = passed;
  const name = printable(build.build.quantization);
  const why = by === 'space' ? 'has no room on this device' : 'wouldn’t fit well into its memory';
  return ` ${name} (${formatBytes(build.totalBytes)}) ${why}.`;
}

function noneWords({ reason, smallest }: Extract<Recommendation, { build: undefined }>): string {
  const size = smallest === undefined ? '' : ` (${formatBytes(smallest.totalBytes)})`;
  switch (reason) {
    case 'no-build':
      return 'The repository has no build that this device runs.';
    case 'too-large':
      return `Even the smallest build${size} is too large for this device’s memory.`;
    case 'no-space':
      return `There isn’t enough free space for the smallest build${size} that could be loaded.`;
  }
}
