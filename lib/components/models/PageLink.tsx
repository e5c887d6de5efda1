/** The link to the page of a model. Nothing for a model without one. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { OutsideLink } from '../ui/Button';
import type { Runtime } from '../../platform/types';
import { t } from '../words/language';
import { modelPage, pageOf } from '../../ai/registry/modelPage';

interface PageLinkProps {
  config: LlmModelConfig;
  /** That its files are for. */
  runtime: Runtime;
}

export function PageLink({ config, runtime }: PageLinkProps) {
  const page = pageOf(config, runtime);
  if (page === undefined) return null;
  const label = pageLabel(page);
  return (
    <OutsideLink
      label={label}
      name={t('{page}, for {name}, opens in a new tab', { page: label, name: config.displayName })}
      icon="external"
      tone="quiet"
      url={page}
    />
  );
}

export function pageLabel(url: string): string {
  const page = modelPage(url);
  switch (page.kind) {
    case 'hub':
      return 'Hugging Face';
    case 'format':
      return t('About GGUF files');
    case 'other':
      return page.host;
  }
}
