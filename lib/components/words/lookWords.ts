/** What the header of a build tells before its download, in words for people. No React. */
import type { Recommendation } from '../../ai/builds/recommendBuild';
import type { JudgedBuild, JudgedRepository } from '../../ai/hub/judgeRepository';
import { buildName, chatFitWords, type LabelledFact } from './addWords';
import { describeFailure } from './failureWords';
import { formatAboutBytes, formatBytes, formatCount, printable } from './words';

/** For the line that tells what is going on. */
export function lookWords({ look, fit }: JudgedBuild): string {
  switch (look.kind) {
    case 'none':
      return '';
    case 'unread':
      return 'Reading the beginning of the file…';
    case 'read':
      return chatFitWords(fit) ?? 'How much memory it needs isn’t known.';
    case 'closed':
      return 'It can be looked at once its owner has given access.';
    case 'refused':
      return 'It can’t be used here.';
    case 'failed': {
      const { title } = describeFailure(look.failure);
      return `The beginning of the file couldn’t be read (${title}); adding it reads it again.`;
    }
  }
}

/** The facts that the build's own header states. */
export function headerFacts({ look, fit: { parts, contextTokens } }: JudgedBuild): LabelledFact[] {
  if (look.kind !== 'read') return [];
  const { architecture, layers, expertCount, usedExpertCount, facts } = look.header;
  const memory = parts && [
    `${formatBytes(parts.weightsBytes)} for its weights`,
    `${formatBytes(parts.chatBytes)} for ${formatCount(contextTokens)} tokens of a chat`,
    `${formatBytes(parts.engineBytes)} for the engine`,
  ];
  const used = usedExpertCount === undefined ? '' : `, of which a token uses ${usedExpertCount}`;
  return [
    ...(memory ? [{ label: 'Memory', value: memory.join(', ') }] : []),
    { label: 'Architecture', value: printable(architecture.slice(0, 60)) },
    { label: 'Layers', value: formatCount(layers) },
    ...(expertCount > 0
      ? [{ label: 'Experts', value: `${formatCount(expertCount)} in each layer${used}` }]
      : []),
    ...(facts.contextTokens === undefined
      ? []
      : [{ label: 'Context', value: `${formatCount(facts.contextTokens)} tokens` }]),
  ];
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
  const need = `Its header shows that it needs ${formatAboutBytes(neededBytes)} of memory`;
  return `${buildName(judged)}, was recommended by the size of its files. ${need}: ${OVERTURNED[fit]}`;
}

const OVERTURNED = {
  'too-large': 'it is probably too large for this device.',
  tight: 'it loads only if other programs are closed.',
};
