/** Asks before a withdrawn model is downloaded or loaded, and remembers who uses it anyway. Nothing is deleted by it. */
import { loadPart } from '../../download/flow/loadPart';
import type { LlmModelConfig } from '../modelConfig';
import type { WithdrawalGate, WithdrawalParts, Withdrawals } from './withdrawalGate';

export type { WithdrawalGate, Withdrawals };

export function createWithdrawals(parts: WithdrawalParts): WithdrawalGate {
  let loading: Promise<WithdrawalGate> | undefined;
  const gate = () =>
    (loading ??= loadPart('withdrawals', () => import('./withdrawalGate')).then(
      ({ createWithdrawalGate }) => createWithdrawalGate(parts),
    ));

  /** Of a model that is withdrawn in none of its versions nothing is asked. */
  async function ask<T>(
    { withdrawn }: LlmModelConfig,
    question: (known: WithdrawalGate) => Promise<T>,
  ): Promise<T | undefined> {
    return withdrawn && question(await gate());
  }

  return {
    checkDownload: (config) => ask(config, (known) => known.checkDownload(config)),
    checkLoad: (config) => ask(config, (known) => known.checkLoad(config)),
    findRefusal: (config) => ask(config, (known) => known.findRefusal(config)),
    useAnyway: async (modelId) => (await gate()).useAnyway(modelId),
  };
}
