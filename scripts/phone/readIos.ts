/** What Xcode's tools tell of the iPhone or simulator in use: each field by its reader, and nothing else. */
import * as v from 'valibot';
import * as fields from './fields';
import { UNTOLD } from './report';
import type { PhoneFacts } from './report';
import { parseJson, runTool, runToolForJson } from './tools';

const APP = 'dev.modelshelf.app';
const IPHONE = { ...UNTOLD, system: 'iOS', maker: 'Apple' } as const;

const Devices = v.object({
  result: v.object({
    devices: v.array(
      v.object({
        identifier: v.string(),
        connectionProperties: v.object({ tunnelState: v.optional(v.string()) }),
        deviceProperties: v.object({ osVersionNumber: v.optional(v.string()) }),
        hardwareProperties: v.object({
          platform: v.optional(v.string()),
          productType: v.optional(v.string()),
        }),
      }),
    ),
  }),
});
const Apps = v.object({
  result: v.object({
    apps: v.array(
      v.object({ bundleIdentifier: v.optional(v.string()), version: v.optional(v.string()) }),
    ),
  }),
});
const Simulators = v.object({
  devices: v.record(v.string(), v.array(v.object({ state: v.optional(v.string()) }))),
});

/** A sentence of ours where no phone can be read. */
export async function readIos(): Promise<PhoneFacts | string> {
  const listed = await runToolForJson('xcrun', ['devicectl', 'list', 'devices', '--json-output']);
  const devices = v.safeParse(Devices, listed);
  if (devices.success) {
    const phones = devices.output.result.devices.filter(
      ({ connectionProperties, hardwareProperties: { platform } }) =>
        platform === 'iOS' && connectionProperties.tunnelState !== 'unavailable',
    );
    const [phone, another] = phones;
    if (another !== undefined) return 'Several iPhones are attached: leave one.';
    if (phone !== undefined) return readPhone(phone);
  }
  return readSimulator();
}

type Device = v.InferOutput<typeof Devices>['result']['devices'][number];

async function readPhone(phone: Device): Promise<PhoneFacts> {
  const { identifier, deviceProperties, hardwareProperties } = phone;
  const which = ['--device', identifier, '--bundle-id', APP];
  const installed = v.safeParse(
    Apps,
    await runToolForJson('xcrun', [
      'devicectl',
      'device',
      'info',
      'apps',
      ...which,
      '--json-output',
    ]),
  );
  const app = installed.success
    ? installed.output.result.apps.find(({ bundleIdentifier }) => bundleIdentifier === APP)
    : undefined;
  return {
    ...IPHONE,
    systemVersion: fields.readVersion(deviceProperties.osVersionNumber),
    isSimulator: false,
    model: fields.readAppleModel(hardwareProperties.productType),
    appVersion: fields.readVersion(app?.version),
  };
}

async function readSimulator(): Promise<PhoneFacts | string> {
  const text = await runTool('xcrun', ['simctl', 'list', 'devices', 'booted', '--json']);
  if (text === undefined) return 'Xcode’s tools aren’t installed, or don’t work.';
  const simulators = v.safeParse(Simulators, parseJson(text));
  const booted = simulators.success
    ? Object.entries(simulators.output.devices).filter(([, devices]) => devices.length > 0)
    : [];
  const runtime = booted
    .map(([name]) => /^com\.apple\.CoreSimulator\.SimRuntime\.iOS-(\d+(?:-\d+)*)$/.exec(name)?.[1])
    .find((version) => version !== undefined);
  if (runtime === undefined) return 'No iPhone is attached, and no simulator runs.';
  const systemVersion = fields.readVersion(runtime.replaceAll('-', '.'));
  return { ...IPHONE, systemVersion, isSimulator: true };
}
