import { expect, test, vi } from 'vitest';
import { loadLater } from './loadLater';

test('makes a part once, at its first use', async () => {
  const make = vi.fn(() => Promise.resolve({ made: true }));
  const later = loadLater('a part', make);
  expect(later.find()).toBeUndefined();
  const [one, two] = [later.load(), later.load()];
  expect(two).toBe(one);
  const part = await one;
  expect(later.find()).toBe(part);
  expect(make).toHaveBeenCalledTimes(1);
});

test('tries again after a failure, which names the part', async () => {
  const make = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError('offline'));
  make.mockResolvedValueOnce('here');
  const later = loadLater('a part', make);
  await expect(later.load()).rejects.toMatchObject({
    code: 'APP_INCOMPLETE',
    details: { file: 'a part' },
  });
  expect(later.find()).toBeUndefined();
  expect(await later.load()).toBe('here');
});
