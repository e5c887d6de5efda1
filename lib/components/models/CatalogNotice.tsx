/** Tells what is wrong with a catalog: as a whole, and which of its entries were left out, and why. */
import type { CatalogProblem } from '../../ai/registry/catalog';
import { Notice } from '../ui/Notice';
import { t, translated } from '../words/language';
import { printable } from '../words/words';

export function CatalogNotice({ problems }: { problems: readonly CatalogProblem[] }) {
  const entries = problems.filter(({ modelId }) => modelId !== undefined);
  const lines = entries.map(
    ({ modelId = '', reason }) => `${printable(modelId)}: ${printable(translated(reason))}`,
  );
  return (
    <>
      {problems.map((problem, index) =>
        problem.modelId === undefined ? (
          <Notice
            key={index}
            tone="warm"
            icon="warning"
            title={wholeTitle(problem)}
            text={printable(translated(problem.reason))}
          />
        ) : null,
      )}
      {lines.length === 0 ? null : (
        <Notice
          tone="warm"
          icon="warning"
          title={t('Part of the catalog was left out')}
          text={lines.join('\n')}
        />
      )}
    </>
  );
}

function wholeTitle({ trust }: CatalogProblem): string {
  if (trust === 'refused') return t('The catalog was refused');
  if (trust === 'expired') return t('The catalog has expired');
  return t('The catalog can’t be used');
}
