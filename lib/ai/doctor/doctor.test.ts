import { describe, expect, it } from 'vitest';

import { ModelError, type ModelErrorCode } from '../../errors';
import { createManualClock } from '../../platform/memory/manualClock';
import type { DeviceFacts, Downloader, Engines, SqlDatabase } from '../../platform/types';
import { describeFinding, doctorReport } from '../../components/words/doctorWords';
import { ALL_FINDINGS, finding, SUBJECTS, type Cause, type Subject } from './causes';
import { createDoctor, createStartDoctor } from './createDoctor';
import type { DoctorParts } from './examine';

const GIB = 1024 ** 3;
const DAY_MS = 24 * 60 * 60 * 1000;

const GOOD_FACTS: DeviceFacts = {
  page: { isSecure: true, isIsolated: true },
  threads: 8,
  memory: { totalBytes: 16 * GIB, availableBytes: 8 * GIB },
  storage: { state: 'writable', freeBytes: 100 * GIB },
  isPersistent: true,
  webAssembly: '64-bit',
  graphics: 'hardware',
  proxy: 'none',
  isOnline: true,
  aheadMs: 0,
};

const NOW = 1_790_000_000_000;

interface World {
  facts?: Partial<DeviceFacts>;
  /** The hub's answer, its failure, or silence. */
  hub?: { status?: number; date?: string; age?: string } | ModelErrorCode | 'silence';
  database?: Partial<Record<'all' | 'wasReset', () => Promise<never>>> | 'reset';
  engineVersion?: string;
  engines?: Engines;
}

function partsOf(world: World): DoctorParts & { asked: string[] } {
  const clock = createManualClock(NOW);
  const asked: string[] = [];
  const fetchText: Downloader['fetchText'] = ({ url, token }, _, signal) => {
    asked.push(`${url} ${JSON.stringify(token)}`);
    const { hub = {} } = world;
    if (hub === 'silence') {
      return new Promise((_resolve, reject) => {
        const end = () => reject(new DOMException('', 'AbortError'));
        if (signal.aborted) end();
        signal.addEventListener('abort', end);
        queueMicrotask(() => clock.advance(60_000));
      });
    }
    if (typeof hub === 'string') {
      return Promise.reject(new ModelError(hub, { host: 'x', status: 407 }));
    }
    const { status = 200, date = new Date(NOW).toUTCString(), age } = hub;
    return Promise.resolve({ status, text: '[]', headers: { date, ...(age && { age }) } });
  };
  const { engineVersion = '3.8.1' } = world;
  return {
    asked,
    clock,
    readFacts: () => Promise.resolve({ ...GOOD_FACTS, ...world.facts }),
    engines: world.engines ?? { 'llama.cpp': { engineName: 'e', engineVersion } as never },
    environment: { hubEndpoint: 'https://hub.example', catalogText: undefined },
    downloader: { fetchText } as Downloader,
    database: databaseOf(world.database),
  };
}

function databaseOf(broken: World['database']): SqlDatabase {
  const methods = typeof broken === 'string' ? {} : broken;
  return {
    all: () => Promise.resolve([]),
    wasReset: () => Promise.resolve(broken === 'reset'),
    batch: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...methods,
  };
}

const examine = (world: World) =>
  createDoctor(partsOf(world)).examine(new AbortController().signal);

async function causeOf(subject: Subject, world: World): Promise<Cause | undefined> {
  const findings = await examine(world);
  return findings.find((each) => each.subject === subject)?.cause;
}

const memory = (totalBytes: number | undefined, availableBytes?: number) => ({
  facts: { memory: { totalBytes, availableBytes } },
});
const space = (freeBytes: number | undefined): World => ({
  facts: { storage: { state: 'writable', freeBytes } },
});
const fails = (error: Error) => ({ database: { all: () => Promise.reject(error) } });
const ahead = (ms: number) => ({ hub: { date: new Date(NOW - ms).toUTCString() } });

const CASES: readonly [Cause, Subject, World][] = [
  ['isolated', 'isolation', {}],
  ['not-isolated', 'isolation', { facts: { page: { isSecure: true, isIsolated: false } } }],
  ['not-secure', 'isolation', { facts: { page: { isSecure: false, isIsolated: false } } }],
  ['many-threads', 'threads', {}],
  ['one-thread', 'threads', { facts: { threads: 1 } }],
  ['one-thread', 'threads', { facts: { page: { isSecure: true, isIsolated: false } } }],
  ['threads-unknown', 'threads', { facts: { threads: undefined } }],
  ['memory-ample', 'memory', memory(8 * GIB)],
  ['memory-little', 'memory', memory(2 * GIB)],
  ['memory-taken', 'memory', memory(8 * GIB, GIB / 2)],
  ['memory-unknown', 'memory', memory(undefined)],
  ['memory-unknown', 'memory', memory(NaN)],
  ['memory-unknown', 'memory', memory(-1)],
  ['memory-tiny', 'memory', memory(GIB / 2)],
  ['space-ample', 'storage', space(50 * GIB)],
  ['space-little', 'storage', space(GIB)],
  ['space-unknown', 'storage', space(undefined)],
  ['space-unknown', 'storage', space(Infinity)],
  ['space-none', 'storage', space(0)],
  ['storage-refused', 'storage', { facts: { storage: { state: 'refused', freeBytes: GIB } } }],
  ['storage-missing', 'storage', { facts: { storage: { state: 'missing', freeBytes: GIB } } }],
  ['kept', 'persistence', {}],
  ['evictable', 'persistence', { facts: { isPersistent: false } }],
  ['gpu-found', 'graphics', {}],
  ['gpu-software', 'graphics', { facts: { graphics: 'software' } }],
  ['gpu-none', 'graphics', { facts: { graphics: 'none' } }],
  ['engine-ready', 'engine', {}],
  ['engine-narrow', 'engine', { facts: { webAssembly: '32-bit' } }],
  ['engine-absent', 'engine', { engineVersion: '' }],
  ['engine-absent', 'engine', { engines: {} }],
  ['no-webassembly', 'engine', { facts: { webAssembly: 'missing' } }],
  ['database-open', 'database', {}],
  ['database-reset', 'database', { database: 'reset' }],
  ['database-failed', 'database', fails(new ModelError('DB_FAILED', { reason: 'x' }))],
  ['database-failed', 'database', fails(new Error('anything'))],
  [
    'database-newer',
    'database',
    fails(new ModelError('DB_TOO_NEW', { foundVersion: 2, knownVersion: 1 })),
  ],
  ['hub-reached', 'hub', {}],
  ['hub-reached', 'hub', { hub: { status: 404 } }],
  ['hub-forbidden', 'hub', { hub: 'NET_SWITCHED_OFF' }],
  ['hub-busy', 'hub', { hub: { status: 429 } }],
  ['hub-busy', 'hub', { hub: { status: 503 } }],
  ['device-offline', 'hub', { hub: 'NET_OFFLINE', facts: { isOnline: false } }],
  ['hub-unreachable', 'hub', { hub: 'NET_OFFLINE' }],
  ['hub-silent', 'hub', { hub: 'silence' }],
  ['hub-untrusted', 'hub', { hub: 'NET_TLS' }],
  ['hub-refuses', 'hub', { hub: { status: 403 } }],
  ['hub-refuses', 'hub', { hub: 'REDIRECT_UNSAFE' }],
  ['proxy-none', 'proxy', {}],
  ['proxy-works', 'proxy', { facts: { proxy: 'set' } }],
  ['proxy-untested', 'proxy', { facts: { proxy: 'set' }, hub: 'NET_SWITCHED_OFF' }],
  ['proxy-fails', 'proxy', { facts: { proxy: 'set' }, hub: 'PROXY_UNREACHABLE' }],
  ['proxy-fails', 'proxy', { facts: { proxy: 'set' }, hub: 'PROXY_DENIED' }],
  ['proxy-invalid', 'proxy', { facts: { proxy: 'invalid' }, hub: 'PROXY_INVALID' }],
  ['clock-right', 'clock', ahead(60_000)],
  ['clock-right', 'clock', { hub: { date: new Date(NOW - 3_600_000).toUTCString(), age: '3600' } }],
  ['clock-off', 'clock', ahead(10 * 60_000)],
  ['clock-off', 'clock', ahead(-10 * 60_000)],
  ['clock-off', 'clock', { hub: { date: 'soon' }, facts: { aheadMs: 600_000 } }],
  ['clock-unknown', 'clock', { hub: 'NET_OFFLINE', facts: { aheadMs: undefined } }],
  ['clock-wrong', 'clock', ahead(2 * DAY_MS)],
];

describe('the doctor', () => {
  it.each(CASES)('finds %s', async (cause, subject, world) => {
    expect(await causeOf(subject, world)).toBe(cause);
  });

  it('is tested with every cause that it knows', () => {
    const tested = new Set(CASES.map(([cause]) => cause));
    expect(ALL_FINDINGS.map(({ cause }) => cause).filter((cause) => !tested.has(cause))).toEqual(
      [],
    );
  });

  it('calls everything good on a good device, each subject once, in order', async () => {
    const findings = await examine({});
    expect(findings.map(({ subject }) => subject)).toEqual(SUBJECTS);
    expect(findings.filter(({ health }) => health !== 'good')).toEqual([]);
  });

  it('leaves out what a host has no question about', async () => {
    const {
      page: _,
      threads: _t,
      isPersistent: _p,
      graphics: _g,
      proxy: _x,
      ...phone
    } = GOOD_FACTS;
    const parts = { ...partsOf({}), readFacts: () => Promise.resolve(phone) };
    const findings = await createDoctor(parts).examine(new AbortController().signal);
    expect(findings.map(({ subject }) => subject)).toEqual([
      ...['memory', 'storage', 'engine', 'database', 'hub', 'clock'],
    ]);
  });

  it('asks the hub once, without a token', async () => {
    const parts = partsOf({});
    await createDoctor(parts).examine(new AbortController().signal);
    expect(parts.asked).toEqual(['https://hub.example/api/models?limit=1 null']);
  });

  it('goes on where a part fails or never answers', async () => {
    const parts = partsOf({ hub: 'silence' });
    const hanging = { all: () => new Promise<never>(() => undefined) };
    const findings = await createDoctor({
      ...parts,
      readFacts: () => Promise.reject(new Error('no facts')),
      database: databaseOf(hanging),
    }).examine(new AbortController().signal);
    const causes = findings.map(({ cause }) => cause);
    expect(causes).toEqual([
      ...['memory-unknown', 'space-unknown', 'engine-ready', 'database-failed'],
      ...['hub-silent', 'clock-unknown'],
    ]);
  });

  it('ends when nobody waits any more', async () => {
    const leaving = new AbortController();
    leaving.abort();
    await expect(
      createDoctor(partsOf({ hub: 'silence' })).examine(leaving.signal),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['DB_FAILED', 'database', 'database-failed'],
    ['DB_TOO_NEW', 'database', 'database-newer'],
    ['STORAGE_UNAVAILABLE', 'storage', 'storage-refused'],
    ['DISK_IO', 'storage', 'storage-refused'],
    ['NO_SPACE', 'storage', 'space-none'],
    ['INTERNAL', 'storage', 'space-ample'],
  ] as const)('examines a device where the app ended with %s', async (code, subject, cause) => {
    const doctor = createStartDoctor(partsOf({}).readFacts, code);
    const findings = await doctor.examine(new AbortController().signal);
    expect(findings.filter((each) => each.subject === subject)).toMatchObject([{ cause }]);
    expect(findings.filter((each) => each.subject === 'hub')).toEqual([]);
  });
});

const SECRETS = {
  user: 'alice',
  path: '/home/alice/models',
  host: 'proxy.corp.example',
  address: '192.0.2.17',
  token: 'hf_verysecrettoken',
};
const HOSTILE = Object.values(SECRETS).join(' ');

/** Each value of an input, whatever its type, is a text that tells who and where somebody is. */
function hostile<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => [key, hostile(each as unknown)]);
    return Object.fromEntries(entries) as T;
  }
  return HOSTILE as T;
}

describe('its report', () => {
  const failures = [
    ...(['NET_OFFLINE', 'NET_TLS', 'PROXY_UNREACHABLE', 'PROXY_INVALID', 'INTERNAL'] as const),
  ];

  it.each(failures)(
    'tells neither who nor where somebody is, whatever comes in: %s',
    async (code) => {
      const parts = partsOf({ engines: hostile({ 'llama.cpp': { engineVersion: '1' } }) as never });
      const error = new ModelError(code, hostile({ host: '', proxy: '', reason: '' }));
      const refuse = () => Promise.reject(error);
      const broken = createDoctor({
        ...parts,
        readFacts: () => Promise.resolve(hostile(GOOD_FACTS)),
        downloader: { fetchText: refuse } as never,
        database: databaseOf({ all: refuse }),
        environment: {
          hubEndpoint: `https://${SECRETS.host}/${SECRETS.user}`,
          catalogText: HOSTILE,
        },
      });
      const answering = createDoctor({
        ...parts,
        readFacts: () => Promise.resolve(hostile(GOOD_FACTS)),
        downloader: {
          fetchText: () =>
            Promise.resolve({
              status: HOSTILE as never,
              text: HOSTILE,
              headers: { date: HOSTILE, age: HOSTILE },
            }),
        } as never,
      });
      const starting = createStartDoctor(() => Promise.resolve(hostile(GOOD_FACTS)), code);
      for (const doctor of [broken, answering, starting]) {
        const findings = await doctor.examine(new AbortController().signal);
        const text = JSON.stringify(findings) + doctorReport(findings);
        for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
      }
    },
  );

  it('takes nothing but a number as an amount', () => {
    for (const amount of [HOSTILE as never, NaN, Infinity]) {
      expect(finding('memory', 'memory-ample', amount)).not.toHaveProperty('amount');
    }
  });

  it('gives a title, a reason and, unless all is good, a remedy for each finding', () => {
    for (const found of ALL_FINDINGS) {
      const { title, health, reason, remedy } = describeFinding({ ...found, amount: 7e9 });
      expect(title).not.toBe('');
      expect(health).not.toBe('');
      expect(reason).toMatch(/\.$/);
      expect(remedy === undefined, found.cause).toBe(found.health === 'good');
    }
  });

  it('is text to copy, one line for each finding and one for its remedy', async () => {
    const report = doctorReport(await examine({ hub: 'NET_OFFLINE' }));
    expect(report).toContain('✓ Memory: Good. This device has about 17.2 GB of memory.');
    expect(report).toContain(
      '✗ The hub: Broken. The hub can’t be reached.\n    Check the connection',
    );
  });
});
