/** How the hub behaves during a round: its pace, and what goes wrong. */
import type { Fault, FaultRule } from '../../tests/hub/faults';
import type { Origin } from '../../tests/hub/reply';
import type { FixtureModel } from './fixture';
import type { Random } from './random';

export interface Weather {
  /** Of each answer; undefined for as fast as it goes. */
  bytesPerSecond: number | undefined;
  rules: FaultRule[];
  /** Whether bytes may have to be sent twice without any kill. */
  wastesBytes: boolean;
  /** Whether whoever falls silent stays so, instead of until the next beat. */
  staysSilent: boolean;
  description: string;
}

/** All connections of a process together stay below 200 MiB/s. */
const FASTEST_PACE = 12_000_000;
const MIB = 1024 * 1024;

export const CALM: Weather = {
  bytesPerSecond: undefined,
  rules: [],
  wastesBytes: false,
  staysSilent: false,
  description: 'calm',
};

interface Trouble {
  name: string;
  wastesBytes: boolean;
  /** Where it happens; anywhere unless given. */
  origin?: Origin;
  bytesOf?: FaultRule['bytesOf'];
  /** It happens to every request of the first seconds, not to one; who falls silent stays so. */
  isLasting?: true;
  fault: (afterBytes: number) => Fault;
}

/** From the start of a process on: until it has asked for everything that it is going to. */
const LASTING_MS = 2_000;

/** Of which a client is to try again elsewhere, as long as the others are well. */
const BAD_ANSWERS: readonly Fault[] = [
  { status: 400, body: 'json' },
  { status: 403, body: 'json' },
  { status: 404, body: 'html' },
  { status: 421, body: 'html' },
  { status: 200, body: 'html' },
  { raw: 'SSH-2.0-OpenSSH_9.6\r\n' },
  { shiftContentRange: { total: 5 } },
  { gzip: 'always' },
];

const TROUBLES: readonly [Trouble, ...Trouble[]] = [
  { name: 'cut', wastesBytes: false, fault: (cutAfter) => ({ cutAfter }) },
  // A reset also destroys what is still on its way.
  { name: 'reset', wastesBytes: true, fault: (resetAfter) => ({ resetAfter }) },
  { name: 'stall', wastesBytes: false, fault: (stallAfter) => ({ stallAfter }) },
  { name: '503', wastesBytes: false, fault: () => ({ status: 503, body: 'json' }) },
  { name: 'range ignored', wastesBytes: true, fault: () => ({ range: null }) },
  // Among the connections of one file: the hub itself is well.
  ...BAD_ANSWERS.map((fault) => ({
    ...{ name: `bad answer ${JSON.stringify(fault)}`, wastesBytes: true, fault: () => fault },
    origin: 'cdn' as const,
  })),
  { name: 'broken chunk', wastesBytes: true, fault: (brokenChunkAfter) => ({ brokenChunkAfter }) },
  { name: 'dripping head', wastesBytes: true, origin: 'cdn', fault: () => ({ dripHead: true }) },
  { name: 'a byte a second', wastesBytes: true, fault: () => ({ bytesPerSecond: 1 }) },
  // The same size, other bytes: only the digest tells.
  { name: 'other content', wastesBytes: true, fault: (at) => ({ flipBitsAt: [at] }) },
  { name: 'another upload', wastesBytes: true, fault: () => ({ upload: 'second' }) },
  { name: 'text stops', wastesBytes: false, bytesOf: 'text', fault: () => ({ stallAfter: 20 }) },
  {
    ...{ name: 'silent hub', wastesBytes: false, origin: 'hub' },
    fault: () => ({ holdHead: true }),
  },
  {
    ...{ name: 'lasting silence', wastesBytes: true, isLasting: true },
    fault: (at) => (at % 2 === 0 ? { holdHead: true } : { stallAfter: at }),
  },
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
  if (trouble) rules.unshift(ruleOf(trouble, { skip, fault: { ...pace, ...trouble.fault(at) } }));
  return {
    bytesPerSecond,
    rules,
    wastesBytes: trouble?.wastesBytes ?? false,
    staysSilent: trouble?.isLasting ?? false,
    description: `${paceWords(bytesPerSecond)}, ${trouble?.name ?? 'no fault'}`,
  };
}

function ruleOf(
  { origin, bytesOf, isLasting }: Trouble,
  rule: { skip: number; fault: Fault },
): FaultRule {
  if (isLasting) {
    const endMs = performance.now() + LASTING_MS;
    return { fault: rule.fault, match: () => performance.now() < endMs };
  }
  return { ...rule, times: 1, ...(origin && { origin }), ...(bytesOf && { bytesOf }) };
}

function paceWords(bytesPerSecond: number | undefined): string {
  return bytesPerSecond === undefined
    ? 'line speed'
    : `${(bytesPerSecond / 1e6).toFixed(1)} MB/s an answer`;
}
