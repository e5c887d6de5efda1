import { expect, it, vi } from 'vitest';

import { createHeldToken } from './heldToken';

it('has the settings’ token until another one is given', () => {
  const held = createHeldToken(() => 'first');
  expect(held.token()).toBe('first');
  held.use('second');
  expect(held.token()).toBe('second');
  held.use(undefined);
  expect(held.token()).toBeUndefined();
});

it('sends a refused token no more, and tells that once', () => {
  const told = vi.fn();
  const held = createHeldToken(() => 'first', told);
  held.onRefused('first');
  held.onRefused('first');
  expect(held.token()).toBeUndefined();
  expect(told).toHaveBeenCalledOnce();
});

it('takes no notice when an answer refuses a token that is no longer in use', () => {
  const told = vi.fn();
  const held = createHeldToken();
  held.use('second', told);
  held.onRefused('first');
  expect(held.token()).toBe('second');
  expect(told).not.toHaveBeenCalled();
});
