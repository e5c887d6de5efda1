import { describe, expect, it } from 'vitest';

import { MODEL } from '../../../tests/modelFixture';
import type { LlmModelConfig } from '../modelConfig';
import { createRegistry } from './registry';

const named = (modelId: string, change: Partial<LlmModelConfig> = {}): LlmModelConfig => ({
  ...MODEL,
  modelId,
  folderName: modelId,
  ...change,
});
const [A, B, C] = [named('a'), named('b'), named('c')];

function begin(...models: LlmModelConfig[]) {
  const registry = createRegistry(models);
  let changes = 0;
  const stop = registry.subscribe(() => {
    changes += 1;
  });
  const ids = () =>
    registry.getModels().map(({ modelId, isUnlisted }) => modelId + (isUnlisted ? '?' : ''));
  return { registry, stop, ids, changes: () => changes };
}

describe('what is offered', () => {
  it('comes last, or takes the place of the model with its id', () => {
    const { registry, ids, changes } = begin(A, B);
    const other = named('a', { displayName: 'Another' });
    registry.offer([C, other]);
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(registry.find('a')).toBe(other);
    expect(changes()).toBe(1);
  });

  it('changes nothing when all of it is offered already', () => {
    const { registry, changes } = begin(A, B);
    const models = registry.getModels();
    registry.offer([{ ...A }, { ...B }]);
    expect(registry.getModels()).toBe(models);
    expect(registry.find('a')).toBe(A);
    expect(changes()).toBe(0);
  });

  it.each([
    ['an invalid id', [C, named('No Such Id')]],
    ['the folder of another model', [C, named('d', { folderName: 'A' })]],
    ['one folder for two models', [C, named('d', { folderName: 'e' }), named('e')]],
  ])('is refused as a whole with %s', (_what, models) => {
    const { registry, ids, changes } = begin(A, B);
    expect(() => registry.offer(models)).toThrow(
      expect.objectContaining({ code: 'CATALOG_INVALID' }),
    );
    expect(ids()).toEqual(['a', 'b']);
    expect(changes()).toBe(0);
  });

  it('takes the folder of an unlisted model, as it would at the next start', () => {
    const { registry, ids } = begin(A, B);
    registry.withdraw(['a']);
    registry.offer([named('d', { folderName: 'a' })]);
    expect(ids()).toEqual(['b', 'd']);
  });
});

describe('what is withdrawn', () => {
  it('stays as unlisted until it is dropped, behind what is offered', () => {
    const { registry, ids, changes } = begin(A, B);
    registry.withdraw(['a', 'unknown']);
    expect(ids()).toEqual(['b', 'a?']);
    registry.drop(['a', 'b']);
    expect(ids()).toEqual(['b']);
    expect(registry.find('a')).toBeUndefined();
    expect(changes()).toBe(2);
  });

  it('is listed again when it is offered again', () => {
    const { registry, ids } = begin(A, B);
    registry.withdraw(['a']);
    registry.offer([A]);
    expect(ids()).toEqual(['b', 'a']);
    registry.withdraw(['a']);
    registry.withdraw(['a']);
    expect(ids()).toEqual(['b', 'a?']);
  });

  it('is told to nobody who has stopped listening', () => {
    const { registry, stop, changes } = begin(A);
    stop();
    registry.withdraw(['a']);
    expect(changes()).toBe(0);
  });
});
