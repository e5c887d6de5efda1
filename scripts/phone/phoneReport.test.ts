import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../build/projectRoot';
import { readChecklist } from './checklist';

const APP = 'dev.modelshelf.app';
const PERSONAL = [
  ...['R58N12ABCDE', 'Anna’s Pixel', 'anna@example.org', '/Users/anna', 'AnnasWLAN'],
  ...['192.168.178.23', 'f0:99:b6:aa:bb:cc', 'I feel ill', 'hf_secret', '004917612345678'],
];
/** In a place where something harmless is expected. */
const HOSTILE = PERSONAL.join(' ');

let bin: string;
beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'phone-tools-'));
  // Whatever is installed here: no phone but the test's own.
  await writeTool('adb', []);
  await writeTool('xcrun', []);
});
afterEach(() => rm(bin, { recursive: true, force: true }));

/** What it prints for arguments that begin so, the first that fits; for others it fails. `{file}` is its last argument. */
type Answers = readonly (readonly [begin: string, output: string, into?: 'file'])[];

async function writeTool(name: string, answers: Answers): Promise<void> {
  const script = `#!${process.execPath}
const asked = process.argv.slice(2).join(' ');
const found = ${JSON.stringify(answers)}.find(([begin]) => asked.startsWith(begin));
if (found === undefined) { console.error(${JSON.stringify(HOSTILE)}); process.exit(1); }
if (found[2] === 'file') require('node:fs').writeFileSync(process.argv.at(-1), found[1]);
else process.stdout.write(found[1]);
`;
  await writeFile(join(bin, name), script, { mode: 0o755 });
}

async function report(args: readonly string[], typed = '') {
  const PATH = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/phoneReport.ts', ...args], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, PATH, ANDROID_SERIAL: '' },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  child.stdin.end(typed);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

const leaked = (text: string) => PERSONAL.filter((secret) => text.includes(secret));

const ATTACHED = 'List of devices attached\nR58N12ABCDE\tdevice\n';

/** As a phone answers, with what is personal around the fields. */
const PHONE: Answers = [
  ['devices', ATTACHED],
  ['shell getprop ro.build.version.release', '14\r\n'],
  ['shell getprop ro.boot.qemu', '\n'],
  ['shell getprop ro.product.manufacturer', 'samsung\n'],
  ['shell getprop ro.soc.model', 's5e9945\n'],
  ['shell getprop ro.product.cpu.abi', 'arm64-v8a\n'],
  ['shell cat /proc/meminfo', 'MemTotal:        7812345 kB\nMemFree:          123456 kB\n'],
  [
    `shell dumpsys package ${APP}`,
    `Packages:\n  Package [${APP}] (f0:99:b6:aa:bb:cc):\n    appId=10234\n    versionName=0.1.0
    flags=[ DEBUGGABLE HAS_CODE ]\n    dataDir=/Users/anna\n    installerPackageName=anna@example.org
        android.permission.POST_NOTIFICATIONS: granted=false, flags=[ USER_SET ]\n`,
  ],
  [
    'logcat -d --uid=10234',
    `E ReactNativeJS: Error: NET_OFFLINE {"host":"192.168.178.23"}
E ReactNativeJS: Error: NET_OFFLINE {"host":"AnnasWLAN"}
E ReactNativeJS: Error: DISK_IO {"path":"/Users/anna"} R58N12ABCDE hf_secret
I ReactNativeJS: I feel ill MY_DIAGNOSIS anna@example.org\n`,
  ],
  [
    'logcat -d -s ActivityTaskManager:I',
    `I ActivityTaskManager: Displayed com.anna/.Main: +9s999ms
I ActivityTaskManager: Displayed ${APP}/.MainActivity: +1s234ms\n`,
  ],
  [
    `shell dumpsys activity exit-info ${APP}`,
    `  ApplicationExitInfo #0:\n    reason=3 (LOW_MEMORY)\n    description=Anna’s Pixel
  ApplicationExitInfo #1:\n    reason=3 (LOW_MEMORY)\n  #2:\n    reason=10 (USER REQUESTED)\n`,
  ],
];

describe('of an Android phone', () => {
  test('tells versions, class, start, exits and error codes, and nothing of whose phone it is', async () => {
    await writeTool('adb', PHONE);
    const { code, out, err } = await report(['--android', '--json', '--no-questions']);
    expect(leaked(out + err)).toEqual([]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      app: { version: '0.1.0', packages: { 'react-native-executorch': '0.10.2' } },
      phone: {
        system: 'Android',
        systemVersion: '14',
        isSimulator: false,
        maker: 'Samsung',
        model: 's5e9945',
        memoryGib: 7,
        processor: 'arm64-v8a',
        appVersion: '0.1.0',
        isDebugBuild: true,
        mayNotify: false,
        startMs: 1234,
        exits: { 'low memory': 2, 'by the person': 1 },
        errorCodes: { NET_OFFLINE: 2, DISK_IO: 1 },
      },
      unknown: [],
    });
    expect(out).not.toContain('DIAGNOSIS');
  });

  test.each(['--json', '--no-questions'])(
    'drops every field that holds something else than it can, with %s',
    async (option) => {
      const says = PHONE.map(([begin]) => [begin, `${HOSTILE}\n`] as const);
      const dump = `versionName=R58N12ABCDE\n appId=10234\n flags=[ Anna ]\n`;
      await writeTool('adb', [
        ['devices', ATTACHED],
        [`shell dumpsys package ${APP}`, dump],
        ...says,
      ]);
      const { code, out, err } = await report(['--android', option]);
      expect(leaked(out + err)).toEqual([]);
      expect(out).not.toContain('Anna');
      expect(code).toBe(0);
      expect(out).toContain('systemVersion: not told');
      expect(out).toContain('model: not told');
    },
  );

  test('asks which one where several are attached, without their names', async () => {
    await writeTool('adb', [['devices', `${ATTACHED}Anna’s Pixel\tdevice\n`]]);
    const { code, out, err } = await report(['--android', '--no-questions']);
    expect(leaked(out + err)).toEqual([]);
    expect(out).toContain('ANDROID_SERIAL chooses');
    expect(code).toBe(3);
  });
});

describe('of an iPhone', () => {
  const device = {
    identifier: 'R58N12ABCDE',
    connectionProperties: { tunnelState: 'connected', localHostnames: ['AnnasWLAN'] },
    deviceProperties: { name: 'Anna’s Pixel', osVersionNumber: '17.5.1' },
    hardwareProperties: { platform: 'iOS', productType: 'iPhone15,2', serialNumber: 'R58N12ABCDE' },
  };
  const app = { bundleIdentifier: APP, version: '0.1.0', url: 'file:///Users/anna' };
  const json = (result: object) => JSON.stringify({ result });

  test('tells versions and model, and nothing of whose phone it is', async () => {
    await writeTool('xcrun', [
      ['devicectl list devices', json({ devices: [device] }), 'file'],
      ['devicectl device info apps', json({ apps: [app] }), 'file'],
    ]);
    const { code, out, err } = await report(['--no-questions']);
    expect(leaked(out + err)).toEqual([]);
    expect(code).toBe(0);
    expect(out).toContain('| system | iOS 17.5.1 |');
    expect(out).toContain('| phone | Apple iPhone15,2 |');
    expect(out).toContain('| installed app | 0.1.0 |');
  });

  test('tells of a simulator that runs its system, where no phone is attached', async () => {
    const running = { state: 'Booted', name: 'Anna’s Pixel', dataPath: '/Users/anna' };
    const devices = { 'com.apple.CoreSimulator.SimRuntime.iOS-18-2': [running] };
    await writeTool('xcrun', [['simctl list devices booted', JSON.stringify({ devices })]]);
    const { out, err } = await report(['--ios', '--no-questions']);
    expect(leaked(out + err)).toEqual([]);
    expect(out).toContain('| system | iOS 18.2 |');
    expect(out).toContain('| simulator | yes |');
  });
});

describe('without a phone', () => {
  test('asks for its class and for each line, and takes outcomes, numbers and codes alone', async () => {
    const lines = await readChecklist();
    const typed = [
      'Android',
      '14',
      '8',
      HOSTILE,
      'y',
      '12,5',
      'n',
      HOSTILE,
      'NET_STALLED',
      HOSTILE,
    ];
    const { code, out } = await report(['--json'], [...typed, 'constructor', ''].join('\n'));
    expect(leaked(out)).toEqual([]);
    expect(code).toBe(3);
    const told = JSON.parse(out) as { phone: object; checklist: object[]; unknown: string[] };
    expect(told.phone).toMatchObject({ system: 'Android', systemVersion: '14', memoryGib: 8 });
    expect(told.checklist).toHaveLength(lines.length);
    expect(told.checklist.slice(0, 4)).toEqual([
      { id: lines[0]?.id, outcome: 'as expected', measured: 12.5 },
      { id: lines[1]?.id, outcome: 'not as expected', errorCode: 'NET_STALLED' },
      { id: lines[2]?.id, outcome: 'not tried' },
      { id: lines[3]?.id, outcome: 'not tried' },
    ]);
    expect(told.unknown).toContain('adb isn’t installed, or doesn’t work.');
  });
});

test('explains itself, and refuses what it doesn’t know', async () => {
  const help = await report(['--help']);
  expect(help).toMatchObject({ code: 0, err: '' });
  expect(help.out).toContain('Usage: pnpm phone:report');
  expect(await report(['--android', '--ios'])).toMatchObject({ code: 2, out: '' });
  expect(await report(['--everything'])).toMatchObject({ code: 2, out: '' });
});

describe('the checklist of docs/phones.md', () => {
  test('has at most thirty lines, each with a name of its own, what is expected and what to report', async () => {
    const page = await readFile(join(PROJECT_ROOT, 'docs', 'phones.md'), 'utf8');
    const lines = await readChecklist();
    expect(lines).toHaveLength(page.match(/^- \[.\]/gm)?.length ?? 0);
    const ids = lines.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.length).toBeLessThanOrEqual(30);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
