/** Whose page a model’s address leads to. Pure. */
import { isPublicHub } from '../../platform/addresses/hubEndpoint';

/** Describes the format: the page of a file that states no page about itself. */
export const FORMAT_PAGE = 'https://github.com/ggml-org/ggml/blob/master/docs/gguf.md';

export type ModelPage = { kind: 'hub' } | { kind: 'format' } | { kind: 'other'; host: string };

export function modelPage(url: string): ModelPage {
  if (url === FORMAT_PAGE) return { kind: 'format' };
  const page = new URL(url);
  return isPublicHub(page) ? { kind: 'hub' } : { kind: 'other', host: page.host };
}
