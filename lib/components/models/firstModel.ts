/** Chooses the model to offer to a person who has none. Pure. */
import type { Fit } from '../../ai/memory/memoryFit';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { isWithdrawn } from '../../ai/registry/withdrawal';

export interface FirstModelFacts {
  kindOf(config: LlmModelConfig): ModelState['kind'];
  fitOf(config: LlmModelConfig): Fit;
  /** Bytes to download; undefined where that isn't known, and for a model of the system. */
  sizeOf(config: LlmModelConfig): number | undefined;
  /** Whether the network is metered now; undefined where the host doesn't tell. */
  isMetered: boolean | undefined;
}

/**
 * The one whose download was begun. Otherwise the smallest of those that balance speed and quality, if it fits this
 * device for certain and the network isn't metered; otherwise the smallest that may fit. Never a demo or a withdrawn
 * model, and none with a licence to accept first, which is more than a press. Undefined if there is none.
 */
export function findFirstModel(
  models: readonly LlmModelConfig[],
  facts: FirstModelFacts,
): LlmModelConfig | undefined {
  const { kindOf, fitOf, sizeOf, isMetered } = facts;
  const offered = models.filter((model) => model.demo !== true && !isWithdrawn(model));
  const begun = offered.find((config) => isBegun(kindOf(config)));
  if (begun !== undefined) return begun;
  const small = offered
    .flatMap((config) => {
      const sizeBytes = sizeOf(config);
      const isHad = kindOf(config) === 'absent' && config.needsAcceptance !== true;
      const isTooLarge = fitOf(config) === 'tight' || fitOf(config) === 'too-large';
      return sizeBytes === undefined || !isHad || isTooLarge ? [] : [{ config, sizeBytes }];
    })
    .sort((one, other) => one.sizeBytes - other.sizeBytes)
    .map(({ config }) => config);
  const balanced = small.find(
    (config) => config.guidance === 'balanced' && fitOf(config) === 'fits',
  );
  return isMetered === true ? small[0] : (balanced ?? small[0]);
}

function isBegun(kind: ModelState['kind']): boolean {
  switch (kind) {
    case 'waiting':
    case 'downloading':
    case 'paused':
    case 'verifying':
    case 'failed':
      return true;
    default:
      return false;
  }
}
