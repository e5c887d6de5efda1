import { describe, expect, it } from '@jest/globals';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { cardButtons } from './cardButtons';
import type { CardActions, CardSituation } from './cardButtons';
import { menuButtons } from './menuButtons';

const INSTALLED: ModelState = { kind: 'installed', sizeBytes: 1, installedAt: 0, files: [] };
const REMEDY_IS_RELOAD = { code: 'STORAGE_UNAVAILABLE', details: { reason: 'closed' } } as const;

/** The actions in an app without an engine, benchmarks and routes; `called` names those that were called. */
function bareActions() {
  const called: string[] = [];
  const note = (name: string) => () => void called.push(name);
  const actions: CardActions = {
    download: note('download'),
    repair: note('repair'),
    look: note('look'),
    giveUp: note('giveUp'),
    askTooLarge: note('askTooLarge'),
    pause: note('pause'),
    cancel: note('cancel'),
    askCancel: note('askCancel'),
    askRemoval: note('askRemoval'),
    showDetails: note('showDetails'),
    readLicense: note('readLicense'),
    askWithdrawn: note('askWithdrawn'),
    forget: note('forget'),
    askForgetting: note('askForgetting'),
    freeSpace: note('freeSpace'),
    openPage: note('openPage'),
  };
  return { actions, called };
}

function situation(state: ModelState, selected = false): CardSituation {
  return {
    ...{ config: Qwen3_0_6B, runtime: 'llama.cpp', fit: 'unknown', memory: 'no' },
    ...{ state, selected, isAdded: false },
  };
}

describe('the buttons in an app without an engine, benchmarks and routes', () => {
  it.each([false, true])(
    'only tell of and remove an installed model (selected: %s)',
    (selected) => {
      const { actions } = bareActions();
      const installed = situation(INSTALLED, selected);
      expect(cardButtons(installed, actions)).toEqual([]);
      expect(menuButtons(installed, actions).map(({ label }) => label)).toEqual([
        ...['Details', 'Hugging Face', 'Remove'],
      ]);
    },
  );

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

describe('forgetting', () => {
  const tools = (state: ModelState, more: Partial<CardSituation> = {}) => {
    const { actions, called } = bareActions();
    return {
      forget: menuButtons({ ...situation(state), isAdded: true, ...more }, actions).find(
        ({ label }) => label === 'Forget',
      ),
      called,
    };
  };

  it.each<[string, ModelState, string]>([
    ['at once without files', { kind: 'absent' }, 'forget'],
    ['after a question with files', INSTALLED, 'askForgetting'],
    [
      'after a question with a part of them',
      { kind: 'paused', receivedBytes: 1, totalBytes: 2 },
      'askForgetting',
    ],
  ])('takes an added model off the shelf %s', (_, state, action) => {
    const { forget, called } = tools(state);
    forget?.onPress();
    expect(called).toEqual([action]);
  });

  it('isn’t offered for a model of the registry, nor while one is downloaded', () => {
    expect(tools({ kind: 'absent' }, { isAdded: false }).forget).toBeUndefined();
    const verifying = { kind: 'verifying', verifiedBytes: 1, totalBytes: 2 } as const;
    expect(tools(verifying).forget).toBeUndefined();
  });

  it('is offered of the selected model, too', () => {
    expect(tools(INSTALLED, { selected: true }).forget?.disabled).toBe(false);
  });
});

it('leads from a refused licence to its text', () => {
  const { actions, called } = bareActions();
  const failure = {
    code: 'LICENSE_UNACCEPTED',
    details: { modelId: 'm', license: 'gemma' },
  } as const;
  const failed = situation({ kind: 'failed', failure, receivedBytes: 0, totalBytes: 2 });
  const [read] = cardButtons(failed, actions);
  expect(read?.label).toBe('Read its licence');
  read?.onPress();
  expect(called).toEqual(['readLicense']);
});
