/** What a header means for a build: its context, its cache and its memory. Pure. */
import type { GgufModel } from '../../platform/gguf/ggufModel';
import type { ModelBuild } from '../runtimes/modelBuild';

/** The facts of a build that its header states. */
export type HeaderFacts = Pick<
  ModelBuild,
  'contextTokens' | 'kvBytesPerToken' | 'memoryFacts' | 'expertCount'
>;

/** Keys and values are kept as numbers of 16 bits, the states of layers without attention as numbers of 32 bits. */
const KEPT_BYTES = 2;
const STATE_BYTES = 4;

export function headerFacts(model: GgufModel): HeaderFacts {
  const { full, sliding } = cacheLengths(model);
  const { vocabularySize, embeddingLength, feedForwardLength = 0, attention } = model;
  const { expertCount } = model;
  const stateBytes = layersWithoutAttention(model) * model.stateLength * STATE_BYTES;
  return {
    contextTokens: model.contextTokens,
    kvBytesPerToken: (full + sliding) * KEPT_BYTES,
    ...(expertCount > 0 && { expertCount }),
    ...(vocabularySize !== undefined && {
      memoryFacts: {
        ...{ vocabularySize, embeddingLength, feedForwardLength, stateBytes },
        slidingKvBytesPerToken: sliding * KEPT_BYTES,
        slidingWindowTokens: attention?.slidingWindowTokens ?? 0,
      },
    }),
  };
}

/** The numbers that all layers of a kind keep for each token. */
function cacheLengths({ attention }: GgufModel): { full: number; sliding: number } {
  let full = 0;
  let sliding = 0;
  attention?.kvHeads.forEach((heads, layer) => {
    const { keyLength, valueLength, slidingKeyLength, slidingValueLength, slides } = attention;
    if (slides[layer]) sliding += heads * (slidingKeyLength + slidingValueLength);
    else full += heads * (keyLength + valueLength);
  });
  return { full, sliding };
}

function layersWithoutAttention({ layers, attention }: GgufModel): number {
  return attention?.kvHeads.filter((heads) => heads === 0).length ?? layers;
}
