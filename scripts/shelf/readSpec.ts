/** Reads the names of models as people type or copy them into a command. Pure. */
import { readHubAddress } from '../../lib/ai/discover/hubAddress';
import type { RepositoryAddress } from '../../lib/ai/discover/addressParts';
import { findModel, type LlmModelConfig } from '../../lib/ai/modelConfig';
import { printable } from '../../lib/components/words/words';
import { UsageError } from '../cli/usageError';

export type Spec = RepositoryAddress | { kind: 'registry'; model: LlmModelConfig };

export interface SpecContext {
  registry: readonly LlmModelConfig[];
  hubEndpoint: string;
}

/** @throws UsageError that states the accepted forms */
export function readSpec(written: string, { registry, hubEndpoint }: SpecContext): Spec {
  const text = written.trim();
  const model = findModel(registry, text);
  if (model) return { kind: 'registry', model };
  const address = readHubAddress(text, hubEndpoint);
  switch (address.kind) {
    case 'repository':
      return address;
    case 'words':
      throw unreadable(text, registry);
    case 'elsewhere':
      throw new UsageError(
        `${printable(text)} isn’t an address of the hub. HF_ENDPOINT names another hub; a file elsewhere is written into the lock by hand.`,
      );
    case 'unreadable':
      throw new UsageError(`${printable(text)} ${address.problem}.`);
  }
}

function unreadable(text: string, registry: readonly LlmModelConfig[]): UsageError {
  const ids = registry.map(({ modelId }) => `  ${modelId}`).join('\n');
  return new UsageError(
    `${printable(text)} names no model. Write hf:OWNER/NAME:QUANTIZATION, the address of a file at the hub, or one of these ids:\n${ids}\nmodelshelf search finds models at the hub.`,
  );
}
