/** Everything that the doctor can find, and how bad each is. */

export type Health = 'good' | 'limited' | 'broken';

export const SUBJECTS = [
  ...(['isolation', 'threads', 'memory', 'storage', 'persistence', 'graphics', 'engine'] as const),
  ...(['database', 'hub', 'proxy', 'clock'] as const),
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** By subject: each cause with its health. */
const CAUSES = {
  isolation: { isolated: 'good', 'not-isolated': 'limited', 'not-secure': 'broken' },
  threads: { 'many-threads': 'good', 'one-thread': 'limited', 'threads-unknown': 'limited' },
  memory: {
    'memory-ample': 'good',
    'memory-little': 'limited',
    'memory-taken': 'limited',
    'memory-unknown': 'limited',
    'memory-tiny': 'broken',
  },
  storage: {
    'space-ample': 'good',
    'space-little': 'limited',
    'space-unknown': 'limited',
    'space-none': 'broken',
    'storage-refused': 'broken',
    'storage-missing': 'broken',
  },
  persistence: { kept: 'good', evictable: 'limited' },
  graphics: { 'gpu-found': 'good', 'gpu-software': 'limited', 'gpu-none': 'limited' },
  engine: {
    'engine-ready': 'good',
    'engine-narrow': 'limited',
    'engine-absent': 'broken',
    'no-webassembly': 'broken',
  },
  database: {
    'database-open': 'good',
    'database-reset': 'limited',
    'database-failed': 'broken',
    'database-newer': 'broken',
  },
  hub: {
    'hub-reached': 'good',
    'hub-forbidden': 'limited',
    'hub-busy': 'limited',
    'device-offline': 'limited',
    'hub-unreachable': 'broken',
    'hub-silent': 'broken',
    'hub-untrusted': 'broken',
    'hub-refuses': 'broken',
  },
  proxy: {
    'proxy-none': 'good',
    'proxy-works': 'good',
    'proxy-untested': 'limited',
    'proxy-fails': 'broken',
    'proxy-invalid': 'broken',
  },
  clock: {
    'clock-right': 'good',
    'clock-off': 'limited',
    'clock-unknown': 'limited',
    'clock-wrong': 'broken',
  },
} as const satisfies Record<Subject, Readonly<Record<string, Health>>>;

type Causes = { [S in Subject]: Extract<keyof (typeof CAUSES)[S], string> };
export type Cause = Causes[Subject];

/** One line of the doctor. It holds nothing but words of closed sets and numbers. */
export interface Finding {
  subject: Subject;
  cause: Cause;
  health: Health;
  /** What the cause counts: bytes, threads or seconds. */
  amount?: number;
}

/** `amount` is left out where it can't be true. */
export function finding<S extends Subject>(subject: S, cause: Causes[S], amount?: number): Finding {
  const healths: Readonly<Partial<Record<Cause, Health>>> = CAUSES[subject];
  const health = healths[cause] ?? 'broken';
  const isPossible = typeof amount === 'number' && Number.isFinite(amount);
  return { subject, cause, health, ...(isPossible && { amount: Math.round(amount) }) };
}

/** In the order of `SUBJECTS`. */
export const ALL_FINDINGS: readonly Finding[] = SUBJECTS.flatMap((subject) =>
  Object.entries(CAUSES[subject]).map(([cause, health]) => ({
    subject,
    cause: cause as Cause,
    health,
  })),
);
