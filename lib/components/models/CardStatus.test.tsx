import { expect, it } from '@jest/globals';
import { render, screen } from '@testing-library/react-native';
import { PaperProvider } from 'react-native-paper';
import { BENCHMARK } from '../../../tests/benchmarkFixture';
import type { Verdict } from '../../ai/measure/verdicts';
import type { Fit } from '../../ai/memory/memoryFit';
import { Qwen3_0_6B } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { CardStatus } from './CardStatus';

const SPEED_HERE = 'About 12 tokens/s here, estimated from Tiny’s 24 tokens/s';
const VERDICTS: Readonly<Record<Verdict['kind'], Verdict>> = {
  unknown: { kind: 'unknown' },
  works: { kind: 'works', newest: { ...BENCHMARK, benchmarkId: 1 } },
  broken: { kind: 'broken', failure: { code: 'LOAD_FAILED', details: { path: 'x', reason: 'y' } } },
};
const STATES: readonly ModelState[] = [
  { kind: 'absent' },
  { kind: 'installed', sizeBytes: 639_446_688, installedAt: 0, files: [] },
];

it.each<[Fit, Verdict['kind'], boolean]>([
  ['fits', 'unknown', true],
  ['tight', 'unknown', false],
  ['too-large', 'unknown', false],
  ['unknown', 'unknown', false],
  ['fits', 'works', false],
  ['fits', 'broken', false],
])(
  'an estimate of the speed is shown only for what fits and was never measured: %s, %s',
  (fit, kind, isShown) => {
    for (const state of STATES) {
      const status = {
        ...({ config: Qwen3_0_6B, state, runtime: 'llama.cpp', memory: 'no' } as const),
        ...{ fit, needBytes: 1e9, verdict: VERDICTS[kind], speedHere: SPEED_HERE },
      };
      render(
        <PaperProvider settings={{ icon: () => null }}>
          <CardStatus {...status} />
        </PaperProvider>,
      );
      expect(screen.queryAllByText(SPEED_HERE)).toHaveLength(isShown ? 1 : 0);
      screen.unmount();
    }
  },
);
