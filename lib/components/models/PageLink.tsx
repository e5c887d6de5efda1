/** The link to the page of a model. Nothing for a model without one. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { OutsideLink } from '../ui/Button';
import { t } from '../words/language';
import { modelPage, type ModelPage } from '../../ai/registry/modelPage';

export function PageLink({ config }: { config: LlmModelConfig }) {
  const { displayName, huggingFaceUrl: url, isUnlisted = false } = config;
  if (isUnlisted || url === '') return null;
  const label = pageLabel(modelPage(url));
  return (
    <OutsideLink
      label={label}
      name={t('{page}, for {name}, opens in a new tab', { page: label, name: displayName })}
      icon="external"
      tone="quiet"
      url={url}
    />
  );
}

function pageLabel(page: ModelPage): string {
  switch (page.kind) {
    case 'hub':
      return 'Hugging Face';
    case 'format':
      return t('About GGUF files');
    case 'other':
      return page.host;
  }
}
