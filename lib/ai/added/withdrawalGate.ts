/** Decides about withdrawn models. Loaded with the first of them: most catalogs withdraw none. */
import { createUnkeptDecisions, createUsedAnywayStore } from '../../db/usedAnyway';
import { fromFailure, type ModelFailure } from '../../errors';
import type { Clock, SqlDatabase } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelState } from '../modelState';
import type { RuntimeOf } from '../registry/modelFiles';
import type { Registry } from '../registry/registry';
import {
  withdrawalOfInstalled,
  withdrawalOfOffered,
  type Withdrawal,
} from '../registry/withdrawal';

export interface Withdrawals {
  /**
   * For an app that loads models by itself: rejects for an installed version that is withdrawn.
   * @throws ModelError MODEL_WITHDRAWN, DB_FAILED, APP_INCOMPLETE
   */
  checkLoad(config: LlmModelConfig): Promise<void>;
  /**
   * Records that a person uses the withdrawn versions of a model that are offered and installed now. A version that is
   * withdrawn later asks again. Unknown ids are ignored. @throws ModelError DB_FAILED, APP_INCOMPLETE
   */
  useAnyway(modelId: string): Promise<void>;
}

export interface WithdrawalGate extends Withdrawals {
  /** @throws ModelError MODEL_WITHDRAWN, DB_FAILED, APP_INCOMPLETE */
  checkDownload(config: LlmModelConfig): Promise<void>;
  /** MODEL_WITHDRAWN where `checkDownload` would reject with it. @throws ModelError DB_FAILED, APP_INCOMPLETE */
  findRefusal(config: LlmModelConfig): Promise<ModelFailure | undefined>;
}

export interface WithdrawalParts {
  /** That `migrate` has brought up to date; undefined on a host that keeps no choices. */
  database: SqlDatabase | undefined;
  registry: Pick<Registry, 'find'>;
  clock: Pick<Clock, 'nowMs'>;
  runtimeOf: RuntimeOf;
  stateOf(modelId: string): ModelState | undefined;
  /** Whether every withdrawn model counts as used anyway. */
  isAllowed: boolean;
}

export function createWithdrawalGate(parts: WithdrawalParts): WithdrawalGate {
  const { database, registry, clock, runtimeOf, stateOf, isAllowed } = parts;
  const store = database ? createUsedAnywayStore(database) : createUnkeptDecisions();

  const ofOffered = (config: LlmModelConfig) => withdrawalOfOffered(config, runtimeOf(config));

  function ofInstalled(config: LlmModelConfig): Withdrawal | undefined {
    const state = stateOf(config.modelId);
    return state && 'files' in state ? withdrawalOfInstalled(config, state.files) : undefined;
  }

  async function refusalOf(
    { modelId }: LlmModelConfig,
    withdrawal: Withdrawal | undefined,
  ): Promise<ModelFailure | undefined> {
    if (withdrawal === undefined || isAllowed) return undefined;
    const { reason, version } = withdrawal;
    if ((await store.list(modelId)).includes(version)) return undefined;
    return { code: 'MODEL_WITHDRAWN', details: { modelId, reason } };
  }

  async function check(config: LlmModelConfig, withdrawal: Withdrawal | undefined): Promise<void> {
    const refusal = await refusalOf(config, withdrawal);
    if (refusal) throw fromFailure(refusal);
  }

  return {
    checkDownload: (config) => check(config, ofOffered(config)),
    checkLoad: (config) => check(config, ofInstalled(config)),
    findRefusal: (config) => refusalOf(config, ofOffered(config)),

    async useAnyway(modelId) {
      const config = registry.find(modelId);
      const both = config ? [ofOffered(config), ofInstalled(config)] : [];
      const versions = new Set(both.flatMap((each) => each?.version ?? []));
      for (const version of versions) {
        await store.add({ modelId, version, decidedAt: clock.nowMs() });
      }
    },
  };
}
