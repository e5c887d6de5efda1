/** Tells which entries of a catalog were left out, and why. */
import type { CatalogProblem } from '../../ai/registry/catalog';
import { Notice } from '../ui/Notice';
import { t, translated } from '../words/language';
import { printable } from '../words/words';

export function CatalogNotice({ problems }: { problems: readonly CatalogProblem[] }) {
  if (problems.length === 0) return null;
  const lines = problems.map(({ modelId, reason }) =>
    modelId === undefined
      ? printable(translated(reason))
      : `${printable(modelId)}: ${printable(translated(reason))}`,
  );
  return (
    <Notice
      tone="warm"
      icon="warning"
      title={t('Part of the catalog was left out')}
      text={lines.join('\n')}
    />
  );
}
