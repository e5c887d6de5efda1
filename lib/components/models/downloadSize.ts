/** How much a model's download is, in words. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import { approximateBytes, modelFiles, statedBytes } from '../../ai/registry/modelFiles';
import { TRAITS } from '../../ai/runtimes/runtimes';
import type { Runtime } from '../../platform/types';
import { t } from '../words/language';
import { formatBytes } from '../words/words';

export function downloadSize(config: LlmModelConfig, runtime: Runtime): string {
  if (!TRAITS[runtime].hasFiles) return t('The browser downloads it, and does not say how much');
  if (modelFiles(config, runtime).every(({ source }) => source.kind === 'bundled')) {
    return t('Comes with the app: no network needed');
  }
  const exact = statedBytes(config, runtime);
  if (exact !== undefined) return t('{size} to download', { size: formatBytes(exact) });
  const about = approximateBytes(config, runtime);
  return about === undefined
    ? t('Size unknown until the download starts')
    : t('about {size} to download', { size: formatBytes(about) });
}
