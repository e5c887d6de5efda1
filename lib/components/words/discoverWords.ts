/** What the hub's repositories and their builds mean, in words for people, in the app and in the terminal. No React. */
import type { ScanStatus } from '../../ai/discover/askScans';
import type { Recommendation } from '../../ai/builds/recommendBuild';
import type { Grade } from '../../ai/builds/quantizations';
import type { BuildProblem, RepositoryBuild } from '../../ai/builds/repositoryBuilds';
import type { FileRole } from '../../ai/runtimes/modelBuild';
import { t, translated } from './language';
import { formatBytes, joinSentences, printable } from './words';

/** What is lost by a quantization of this grade; undefined is one whose name isn't known. */
export function gradeWords(grade: Grade | undefined): string {
  switch (grade) {
    case 'original':
      return t('The numbers as the model was trained or published; the largest files.');
    case 'whole':
      return t(
        'Answers that can’t be told apart from those of the uncompressed model, at half its size.',
      );
    case 'high':
      return t('Almost the quality of the uncompressed model, in less memory.');
    case 'good':
      return t('The usual choice: about a third of the size, and a loss that is seldom noticed.');
    case 'fair':
      return t('Small; answers become noticeably less exact.');
    case 'low':
      return t('Very small; answers contain clear mistakes, fewest in large models.');
    case 'poor':
      return t(
        'As small as it gets; useful only for very large models that wouldn’t fit otherwise.',
      );
    case undefined:
      return t('The name doesn’t say how its numbers are stored.');
  }
}

/** What the hub's malware scanners found. Empty where there is nothing to tell a person. */
export function scanWords(status: ScanStatus): string {
  switch (status) {
    case 'safe':
      return t('Hugging Face has scanned this file and found no malware.');
    case 'unscanned':
      return t('Hugging Face hasn’t scanned this file for malware.');
    case 'queued':
      return t('Hugging Face hasn’t scanned this file for malware yet.');
    case 'error':
      return t('Hugging Face couldn’t scan this file for malware.');
    case 'caution':
      return t('Hugging Face’s malware scanners advise caution with this file.');
    case 'suspicious':
      return t('Hugging Face’s malware scanners find this file suspicious.');
    case 'unsafe':
      return t('Hugging Face’s malware scanners say that this file isn’t safe.');
    case 'unknown':
      return '';
  }
}

/** Why a build can't be added as it is. */
export function problemWords(problem: BuildProblem): string {
  switch (problem.kind) {
    case 'incomplete': {
      const values = { has: String(problem.has), of: problem.of };
      return t(
        'The repository has only {has} of its {of, plural, one {# file} other {# files}}.',
        values,
      );
    }
    case 'needs':
      return needsWords(problem.roles);
    case 'unusable':
      return translated(problem.reason);
  }
}

/** A build is found by its weights: only the files beside them can be missing. */
function needsWords(roles: readonly FileRole[]): string {
  if (!roles.includes('tokenizer')) {
    return t('The repository has no tokenizer’s configuration beside it or above it.');
  }
  return roles.includes('tokenizerConfig')
    ? t('The repository has no tokenizer and no tokenizer’s configuration beside it or above it.')
    : t('The repository has no tokenizer beside it or above it.');
}

/** The recommended build, or why there is none, with the reason. */
export function recommendationWords(recommendation: Recommendation): string {
  const { build, reason } = recommendation;
  if (build === undefined) return noneWords(recommendation);
  const values = nameAndSize(build);
  switch (reason) {
    case 'whole':
      return t(
        '{name}, {size}: its answers can’t be told apart from those of the largest files, and it fits well.',
        values,
      );
    case 'best':
      return bestWords(recommendation);
    case 'low':
      return t(
        '{name}, {size}: nothing better fits, and its answers contain clear mistakes. A smaller model would answer better.',
        values,
      );
    case 'tight':
      return t(
        '{name}, {size}: the smallest one. It loads if other programs are closed; nothing here fits well.',
        values,
      );
    case 'usual':
      return t(
        '{name}, {size}: the usual choice. How much memory this device has isn’t known.',
        values,
      );
  }
}

const nameAndSize = ({ build, totalBytes }: RepositoryBuild) => ({
  name: printable(build.quantization),
  size: formatBytes(totalBytes),
});

type Recommended = Extract<Recommendation, { build: RepositoryBuild }>;

function bestWords({ build, passed }: Recommended): string {
  const best = t('{name}, {size}: the best quality that fits well.', nameAndSize(build));
  if (passed === undefined) return best;
  const values = nameAndSize(passed.build);
  const why =
    passed.by === 'space'
      ? t('{name} ({size}) has no room on this device.', values)
      : t('{name} ({size}) wouldn’t fit well into its memory.', values);
  return joinSentences([best, why]);
}

function noneWords({ reason, smallest }: Extract<Recommendation, { build: undefined }>): string {
  const size = smallest === undefined ? '' : formatBytes(smallest.totalBytes);
  switch (reason) {
    case 'no-build':
      return t('The repository has no build that this device runs.');
    case 'too-large':
      return t('Even the smallest build ({size}) is too large for this device’s memory.', { size });
    case 'no-space':
      return t(
        'There isn’t enough free space for the smallest build ({size}) that could be loaded.',
        { size },
      );
  }
}
