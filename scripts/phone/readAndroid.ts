/** What adb tells of the one Android phone that is attached: each field by its reader, and nothing else. */
import * as fields from './fields';
import type { PhoneFacts } from './report';
import { runTool } from './tools';

const APP = 'dev.modelshelf.app';

/** A sentence of ours where no phone can be read. */
export async function readAndroid(): Promise<PhoneFacts | string> {
  const listed = await runTool('adb', ['devices']);
  if (listed === undefined) return 'adb isn’t installed, or doesn’t work.';
  const attached = listed.split('\n').filter((line) => /\tdevice\s*$/.test(line)).length;
  const isChosen = (process.env.ANDROID_SERIAL ?? '') !== '';
  if (attached === 0) return 'No Android phone is attached, or it doesn’t trust this computer yet.';
  if (attached > 1 && !isChosen)
    return 'Several Android phones are attached: ANDROID_SERIAL chooses.';
  return {
    system: 'Android',
    ...(await readDevice()),
    ...(await readApp()),
    ...(await readRuns()),
  };
}

const shell = (...args: string[]) => runTool('adb', ['shell', ...args]);

async function readDevice() {
  const property = (name: string) => shell('getprop', name);
  const memory = /^MemTotal:\s+(\d{5,9}) kB$/m.exec((await shell('cat', '/proc/meminfo')) ?? '');
  const emulator = (await property('ro.boot.qemu'))?.trim();
  return {
    systemVersion: fields.readVersion(await property('ro.build.version.release')),
    isSimulator: emulator === undefined ? undefined : emulator === '1',
    maker: fields.readMaker(await property('ro.product.manufacturer')),
    model: fields.readChip(await property('ro.soc.model')),
    memoryGib: memory === null ? undefined : Math.round(Number(memory[1]) / 1024 ** 2),
    processor: fields.readProcessor(await property('ro.product.cpu.abi')),
  };
}

async function readApp() {
  const dump = (await shell('dumpsys', 'package', APP)) ?? '';
  const flags = /^\s*(?:pkgFlags|flags)=\[([A-Z_ ]*)\]/m.exec(dump)?.[1];
  const notify = /POST_NOTIFICATIONS: granted=(true|false)/.exec(dump)?.[1];
  const user = /\b(?:appId|userId)=(\d{5})\b/.exec(dump)?.[1];
  // Of the app alone, also of its earlier runs: what others write is none of our business.
  const own = user === undefined ? undefined : await readLog(`--uid=${user}`);
  return {
    appVersion: fields.readVersion(/^\s*versionName=(\S+)\s*$/m.exec(dump)?.[1]),
    isDebugBuild: flags === undefined ? undefined : flags.split(' ').includes('DEBUGGABLE'),
    mayNotify: notify === undefined ? undefined : notify === 'true',
    errorCodes: own === undefined ? undefined : fields.countErrorCodes(own),
  };
}

async function readRuns() {
  const exits = await shell('dumpsys', 'activity', 'exit-info', APP);
  return {
    startMs: lastStartMs((await readLog('-s', 'ActivityTaskManager:I')) ?? ''),
    exits: exits === undefined ? undefined : fields.countExits(exits),
  };
}

const readLog = (...args: string[]) => runTool('adb', ['logcat', '-d', ...args]);

/** Android writes `+1s234ms` or `+812ms`. */
function lastStartMs(log: string): number | undefined {
  const pattern = /Displayed dev\.modelshelf\.app\/\S+?: \+(?:(\d{1,3})s)?(\d{1,3})ms/g;
  const last = [...log.matchAll(pattern)].at(-1);
  return last === undefined ? undefined : Number(last[1] ?? 0) * 1000 + Number(last[2]);
}
