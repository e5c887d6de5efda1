/** How the hub behaves during a round: its pace, and what goes wrong. */
import type { Fault, FaultRule } from '../../tests/hub/faults';
import type { FixtureModel } from './fixture';
import type { Random } from './random';

export interface Weather {
  /** Of each answer; undefined for as fast as it goes. */
  bytesPerSecond: number | undefined;
  rules: FaultRule[];
  /** Whether bytes may have to be sent twice without any kill. */
  wastesBytes: boolean;
  description: string;
}

/** All connections of a process together stay below 200 MiB/s. */
const FASTEST_PACE = 12_000_000;
const MIB = 1024 * 1024;

export const CALM: Weather = {
  bytesPerSecond: undefined,
  rules: [],
  wastesBytes: false,
  description: 'calm',
};

interface Trouble {
  name: string;
  wastesBytes: boolean;
  fault: (afterBytes: number) => Fault;
}

const TROUBLES: readonly [Trouble, ...Trouble[]] = [
  { name: 'cut', wastesBytes: false, fault: (cutAfter) => ({ cutAfter }) },
  // A reset also destroys what is still on its way.
  { name: 'reset', wastesBytes: true, fault: (resetAfter) => ({ resetAfter }) },
  { name: 'stall', wastesBytes: false, fault: (stallAfter) => ({ stallAfter }) },
  { name: '503', wastesBytes: false, fault: () => ({ status: 503, body: 'json' }) },
  { name: 'range ignored', wastesBytes: true, fault: () => ({ range: null }) },
];

export function forecast(random: Random, model: FixtureModel): Weather {
  const seconds = 0.1 * 10 ** random.between(0, 1);
  const bytesPerSecond = random.chance(0.4)
    ? undefined
    : Math.min(FASTEST_PACE, Math.ceil(model.sizeBytes / seconds));
  const pace = bytesPerSecond === undefined ? {} : { bytesPerSecond };
  const trouble = random.chance(0.4) ? random.pick(TROUBLES) : undefined;
  const at = Math.floor(random.between(0, Math.min(model.sizeBytes, 4 * MIB)));
  const skip = Math.floor(random.between(0, 3));
  const rules: FaultRule[] = [{ fault: pace }];
  if (trouble) rules.unshift({ skip, times: 1, fault: { ...trouble.fault(at), ...pace } });
  return {
    bytesPerSecond,
    rules,
    wastesBytes: trouble?.wastesBytes ?? false,
    description: `${paceWords(bytesPerSecond)}, ${trouble?.name ?? 'no fault'}`,
  };
}

function paceWords(bytesPerSecond: number | undefined): string {
  return bytesPerSecond === undefined
    ? 'line speed'
    : `${(bytesPerSecond / 1e6).toFixed(1)} MB/s an answer`;
}
