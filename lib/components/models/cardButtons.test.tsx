import { describe, expect, it } from '@jest/globals';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { cardButtons, toolButtons } from './cardButtons';
import type { CardActions, CardSituation } from './cardButtons';

const INSTALLED: ModelState = { kind: 'installed', sizeBytes: 1, installedAt: 0, files: [] };
const REMEDY_IS_RELOAD = { code: 'STORAGE_UNAVAILABLE', details: { reason: 'closed' } } as const;

/** The actions in an app without an engine, benchmarks and routes; `called` names those that were called. */
function bareActions() {
  const called: string[] = [];
  const note = (name: string) => () => void called.push(name);
  const actions: CardActions = {
    download: note('download'),
    repair: note('repair'),
    askTooLarge: note('askTooLarge'),
    pause: note('pause'),
    cancel: note('cancel'),
    askCancel: note('askCancel'),
    askRemoval: note('askRemoval'),
    showDetails: note('showDetails'),
    freeSpace: note('freeSpace'),
    openPage: note('openPage'),
  };
  return { actions, called };
}

function situation(state: ModelState, selected = false): CardSituation {
  return {
    ...{ config: Qwen3_0_6B, runtime: 'llama.cpp', fit: 'unknown', memory: 'no' },
    ...{ state, selected },
  };
}

describe('the buttons in an app without an engine, benchmarks and routes', () => {
  it.each([false, true])('only remove an installed model (selected: %s)', (selected) => {
    const { actions } = bareActions();
    const installed = situation(INSTALLED, selected);
    expect(cardButtons(installed, actions).map(({ label }) => label)).toEqual(['Remove']);
    expect(toolButtons(installed, actions)).toEqual([]);
  });

  it('try again where a restart of the app would help', () => {
    const { actions, called } = bareActions();
    const moving = { receivedBytes: 1, totalBytes: 2 };
    const failed = situation({ kind: 'failed', failure: REMEDY_IS_RELOAD, ...moving });
    const [again, ...others] = cardButtons(failed, actions);
    expect([again, ...others].map((button) => button?.label)).toEqual(['Try again']);
    again?.onPress();
    expect(called).toEqual(['download']);
    const withReload = cardButtons(failed, { ...actions, reload: () => undefined });
    expect(withReload.map(({ label }) => label)).toEqual(['Reload', 'Try again']);
  });
});
