/** Moves addresses of the public hub to the endpoint in force. Pure. */
import { DEFAULT_HUB_ENDPOINT } from '../../platform/addresses/hubEndpoint';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { withSources } from '../runtimes/notation';

/** The address at the endpoint in force, for an address of the public hub; any other address as it is. */
export function addressAt(url: string, hubEndpoint: string): string {
  if (!url.startsWith(`${DEFAULT_HUB_ENDPOINT}/`)) return url;
  return hubEndpoint + url.slice(DEFAULT_HUB_ENDPOINT.length);
}

/** The model with each address of the public hub moved to the endpoint in force. */
export function atEndpoint(model: LlmModelConfig, hubEndpoint: string): LlmModelConfig {
  if (hubEndpoint === DEFAULT_HUB_ENDPOINT) return model;
  const moved = (url: string) => addressAt(url, hubEndpoint);
  const movedSource = (source: ModelSource): ModelSource =>
    source.kind === 'remote' ? { ...source, url: moved(source.url) } : source;
  const { licenseText, huggingFaceUrl } = model;
  return {
    ...withSources(model, movedSource),
    huggingFaceUrl: moved(huggingFaceUrl),
    ...(licenseText && { licenseText: { ...licenseText, url: moved(licenseText.url) } }),
  };
}
