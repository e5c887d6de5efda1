/** What the header of a build tells before its download, in words for people. No React. */
import type { Recommendation } from '../../ai/builds/recommendBuild';
import type { JudgedBuild, JudgedRepository } from '../../ai/hub/judgeRepository';
import { buildName, chatFitWords, type LabelledFact } from './addWords';
import { describeFailure } from './failureWords';
import { t } from './language';
import { partsWords } from './measuredWords';
import { formatAboutBytes, formatCount, formatTokens, printable } from './words';

/** For the line that tells what is going on. */
export function lookWords({ look, fit }: JudgedBuild): string {
  switch (look.kind) {
    case 'none':
      return '';
    case 'unread':
      return t('Reading the beginning of the file…');
    case 'read':
      return chatFitWords(fit) ?? t('How much memory it needs isn’t known.');
    case 'closed':
      return t('It can be looked at once its owner has given access.');
    case 'refused':
      return t('It can’t be used here.');
    case 'failed': {
      const { title } = describeFailure(look.failure);
      return t(
        'The beginning of the file couldn’t be read ({problem}); adding it reads it again.',
        { problem: title },
      );
    }
  }
}

/** The facts that the build's own header states. */
export function headerFacts({ look, fit: { parts, contextTokens } }: JudgedBuild): LabelledFact[] {
  if (look.kind !== 'read') return [];
  const { architecture, layers, expertCount, usedExpertCount, facts } = look.header;
  const memory = parts && partsWords(parts, contextTokens);
  return [
    ...(memory === undefined ? [] : [{ label: t('Memory'), value: memory }]),
    { label: t('Architecture'), value: printable(architecture.slice(0, 60)) },
    { label: t('Layers'), value: formatCount(layers) },
    ...(expertCount > 0
      ? [{ label: t('Experts'), value: expertsText(expertCount, usedExpertCount) }]
      : []),
    ...(facts.contextTokens === undefined
      ? []
      : [{ label: t('Context'), value: formatTokens(facts.contextTokens) }]),
  ];
}

function expertsText(count: number, used: number | undefined): string {
  return used === undefined
    ? t('{count} in each layer', { count: formatCount(count) })
    : t('{count} in each layer, of which a token uses {used}', {
        count: formatCount(count),
        used: formatCount(used),
      });
}

/**
 * That the build which was recommended by the sizes of its files isn't any more, because of its header. Undefined where
 * that isn't so.
 */
export function overturnedWords(
  { build }: Recommendation,
  { builds, recommendation }: JudgedRepository,
): string | undefined {
  if (build === undefined || build.path === recommendation.build?.path) return undefined;
  const judged = builds.find(({ found }) => found.path === build.path);
  const { fit, neededBytes } = judged?.fit ?? {};
  if (judged === undefined || neededBytes === undefined) return undefined;
  if (fit !== 'too-large' && fit !== 'tight') return undefined;
  const values = { build: buildName(judged), size: formatAboutBytes(neededBytes) };
  return fit === 'tight'
    ? t(
        '{build}, was recommended by the size of its files. Its header shows that it needs {size} of memory: it loads only if other programs are closed.',
        values,
      )
    : t(
        '{build}, was recommended by the size of its files. Its header shows that it needs {size} of memory: it is probably too large for this device.',
        values,
      );
}
