import { describe, expect, it } from '@jest/globals';
import { screen } from '@testing-library/react-native';
import { BENCHMARK } from '../../../tests/benchmarkFixture';
import { choose, menuLabels, openMenu, showCard } from '../../../tests/cardFixture';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import type { InMemory } from './cardButtons';

const installed: ModelState = {
  kind: 'installed',
  sizeBytes: 639_446_688,
  installedAt: 0,
  files: [],
};

describe('the card of an installed model', () => {
  it('says that it works here, and how fast', () => {
    const newest = { ...BENCHMARK, benchmarkId: 1 };
    showCard(installed, { verdict: { kind: 'works', newest } });
    expect(screen.getByText('Works here · 24 tokens/s')).toBeOnTheScreen();
  });

  it('says that it works where the speed is not known', () => {
    const newest = { ...BENCHMARK, benchmarkId: 1, tokensPerSecond: undefined };
    showCard(installed, { verdict: { kind: 'works', newest } });
    expect(screen.getByText('Works here')).toBeOnTheScreen();
  });

  it('says that its publisher has withdrawn it, and why', () => {
    const withdrawn = { reason: 'Its template was damaged.' };
    showCard(installed, { config: { ...Qwen3_0_6B, withdrawn } });
    expect(screen.getByText('Withdrawn by its publisher')).toBeOnTheScreen();
    expect(screen.getByText('Its template was damaged.')).toBeOnTheScreen();
  });

  it('says nothing where another version was withdrawn', () => {
    const withdrawn = { reason: 'Its template was damaged.', versions: ['f'.repeat(64)] };
    showCard(installed, { config: { ...Qwen3_0_6B, withdrawn } });
    expect(screen.queryByText('Withdrawn by its publisher')).toBeNull();
  });

  it('says why it did not work', () => {
    const failure = { code: 'LOAD_FAILED', details: { path: 'x', reason: 'bad magic' } } as const;
    showCard(installed, { verdict: { kind: 'broken', failure } });
    expect(screen.getByText('Installed, but it did not work here')).toBeOnTheScreen();
    expect(screen.getByText(/bad magic/)).toBeOnTheScreen();
  });

  it.each<[string, 'showSettings' | 'benchmark' | 'keepReady']>([
    ['Settings', 'showSettings'],
    ['Benchmark', 'benchmark'],
    ['Keep ready', 'keepReady'],
  ])('leads by its menu to %s', async (label, action) => {
    const pressed = showCard(installed);
    await choose(label);
    expect(pressed[action]).toHaveBeenCalledWith(Qwen3_0_6B);
  });

  it('keeps the items of its open menu, whatever becomes of the model', async () => {
    const pressed = showCard(installed);
    await openMenu();
    const labels = menuLabels();
    pressed.rerender({ memory: 'measured' });
    expect(menuLabels()).toEqual(labels);
    expect(screen.getByRole('menuitem', { name: 'Keep ready' })).toBeDisabled();
    expect(screen.getByRole('menuitem', { name: 'Benchmark' })).toBeDisabled();
    pressed.rerender({ memory: 'no' });
    expect(screen.getByRole('menuitem', { name: 'Benchmark' })).toBeEnabled();
  });

  it.each<[InMemory, string]>([
    ['loaded', 'In memory, ready to answer'],
    ['measured', 'In memory, being measured'],
  ])('says that it is in memory: %s', async (memory, words) => {
    showCard(installed, { memory });
    expect(screen.getByText(words)).toBeOnTheScreen();
    await openMenu();
    expect(screen.queryByRole('menuitem', { name: 'Keep ready' })).toBeNull();
  });

  it('can not be brought into memory twice, or measured twice at once', async () => {
    showCard(installed, { memory: 'coming' });
    await openMenu();
    expect(screen.getByRole('menuitem', { name: 'Keep ready' })).toBeDisabled();
    screen.unmount();
    showCard(installed, { memory: 'measured' });
    await openMenu();
    expect(screen.getByRole('menuitem', { name: 'Benchmark' })).toBeDisabled();
  });
});
