/** The page about a model, and whose it is. Pure. */
import { isPublicHub } from '../../platform/addresses/hubEndpoint';
import type { Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { modelFiles } from './modelFiles';

/** Describes the format: the page of a file that states no page about itself. */
export const FORMAT_PAGE = 'https://github.com/ggml-org/ggml/blob/master/docs/gguf.md';

/**
 * The page of who publishes the files that this runtime downloads, which for a model with several builds is not the page
 * that the model itself names. Undefined for a model without a page.
 */
export function pageOf(config: LlmModelConfig, runtime: Runtime): string | undefined {
  const { huggingFaceUrl, isUnlisted = false } = config;
  if (isUnlisted || huggingFaceUrl === '') return undefined;
  const [weights] = modelFiles(config, runtime);
  if (weights?.source.kind !== 'remote') return huggingFaceUrl;
  const page = /^(https:\/\/[^/]+\/[^/]+\/[^/]+)\/resolve\//.exec(weights.source.url)?.[1];
  return page === undefined || !isPublicHub(new URL(page)) ? huggingFaceUrl : page;
}

export type ModelPage = { kind: 'hub' } | { kind: 'format' } | { kind: 'other'; host: string };

export function modelPage(url: string): ModelPage {
  if (url === FORMAT_PAGE) return { kind: 'format' };
  const page = new URL(url);
  return isPublicHub(page) ? { kind: 'hub' } : { kind: 'other', host: page.host };
}
