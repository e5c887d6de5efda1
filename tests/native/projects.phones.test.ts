import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolPath } from '../../scripts/build/command';
import { LANGUAGE_TAGS } from '../../lib/components/words/languages';
import { ALL_MODELS } from '../../lib/ai/modelConfig';
import { PROJECT_ROOT } from '../../scripts/build/projectRoot';
import { LIBRARY_TARGETS } from '../../scripts/phone/phoneSteps';
import { libraryManifests, linkedPackages } from './linkedPackages';
import { prebuildProjects } from './prebuiltProjects';
import type { PrebuiltProjects } from './prebuiltProjects';

let projects: PrebuiltProjects;
let manifests: string[];

beforeAll(async () => {
  projects = await prebuildProjects();
  manifests = await libraryManifests();
}, 120_000);

afterAll(() => projects.remove());

const permissionTags = (manifest: string) =>
  [...manifest.matchAll(/<uses-permission [^>]*?android:name="([^"]+)"[^>]*>/g)].map(
    ([tag, name = '']) => ({ name, removed: tag.includes('tools:node="remove"') }),
  );

describe('Android', () => {
  const MANIFEST = 'android/app/src/main/AndroidManifest.xml';
  const readManifest = () => projects.read(MANIFEST);
  const readProperties = () => projects.read('android/gradle.properties');

  test('asks for what downloads and haptics need, and for nothing that a library adds besides', async () => {
    const own = permissionTags(await readManifest());
    const removed = new Set(own.filter((tag) => tag.removed).map(({ name }) => name));
    const added = manifests.flatMap(permissionTags);
    const merged = new Set([...own, ...added].map(({ name }) => name));
    expect([...merged].filter((name) => !removed.has(name)).sort()).toEqual(
      [
        'ACCESS_NETWORK_STATE', // Wi-Fi only
        'DOWNLOAD_WITHOUT_NOTIFICATION', // Android 13: ranges that aren't worth one
        'FOREGROUND_SERVICE',
        'FOREGROUND_SERVICE_DATA_SYNC',
        'INTERNET',
        'POST_NOTIFICATIONS', // the progress of a transfer; `journeys.test.tsx` sees it asked for
        'RUN_USER_INITIATED_JOBS', // Android 14 and newer: transfers that outlive the app
        'VIBRATE',
        'WAKE_LOCK',
      ].map((name) => `android.permission.${name}`),
    );
  });

  test('gives the transfers a foreground service of the type that the permission names', () => {
    const services = manifests.flatMap((text) => text.match(/<service[^>]*>/g) ?? []);
    const typed = services.filter((service) => service.includes('foregroundServiceType'));
    expect(typed).toHaveLength(1);
    expect(typed[0]).toContain('android:foregroundServiceType="dataSync"');
    expect(typed[0]).toContain('android:exported="false"');
  });

  test('looks after transfers where each process begins: the one that runs their jobs', () => {
    const tags = manifests.flatMap((text) => text.match(/<(?:provider|service)[^>]*>/g) ?? []);
    const found = tags.filter((tag) => /TransfersProvider|UIDTDownloadJobService/.test(tag));
    expect(found).toHaveLength(2);
    for (const tag of found) {
      expect(tag).toContain('android:exported="false"');
      // One that has another process would run there without a provider.
      expect(tag).not.toContain('android:process');
    }
  });

  test('lets no model, chat or record of a transfer leave in a backup', async () => {
    const manifest = await readManifest();
    expect(manifest).toContain('android:dataExtractionRules="@xml/data_extraction_rules"');
    expect(manifest).toContain('android:fullBackupContent="false"');
    const rules = await projects.read('android/app/src/main/res/xml/data_extraction_rules.xml');
    const cloud = /<cloud-backup>([^]*?)<\/cloud-backup>/.exec(rules)?.[1] ?? '';
    expect(cloud).not.toContain('<include');
    expect(
      [...cloud.matchAll(/exclude domain="(\w+)" path="\."/g)].map(([, name]) => name),
    ).toEqual(['root', 'file', 'database', 'sharedpref', 'external']);
  });

  test('takes settings and chats along to the next phone, and models never', async () => {
    const rules = await projects.read('android/app/src/main/res/xml/data_extraction_rules.xml');
    const transfer = /<device-transfer>([^]*?)<\/device-transfer>/.exec(rules)?.[1] ?? '';
    expect(transfer.match(/<\w+[^>]*>/g)).toEqual(['<include domain="file" path="SQLite/" />']);
  });

  test('is for Android 13 and newer, on the processors that the runtime is built for', async () => {
    const properties = await readProperties();
    expect(properties).toMatch(/^android\.minSdkVersion=33$/m);
    expect(properties).toMatch(/^reactNativeArchitectures=arm64-v8a,x86_64$/m);
  });

  test('is offered for model files that another app opens or shares, by no page, and for no path', async () => {
    const manifest = await readManifest();
    const filters = manifest.match(/<intent-filter[^]*?<\/intent-filter>/g) ?? [];
    const valuesOf = (text: string, attribute: string) =>
      [...text.matchAll(new RegExp(`android:${attribute}="([^"]+)"`, 'g'))].map(
        ([, value]) => value,
      );
    const MIME_TYPES = [
      'application/octet-stream',
      'binary/octet-stream',
      'application/x-gguf',
      'application/gguf',
    ];
    const typed = filters.filter((filter) => filter.includes('mimeType'));
    expect(
      typed.map((filter) => ({
        names: valuesOf(filter, 'name'),
        schemes: valuesOf(filter, 'scheme'),
        mimeTypes: valuesOf(filter, 'mimeType'),
      })),
    ).toEqual(
      ['VIEW', 'SEND', 'SEND_MULTIPLE'].map((action) => ({
        names: [`android.intent.action.${action}`, 'android.intent.category.DEFAULT'],
        schemes: action === 'VIEW' ? ['content'] : [],
        mimeTypes: MIME_TYPES,
      })),
    );
    expect(filters.join('')).not.toContain('"file"');
    // One screen, to which a running app's files come, too; its package looks at them because of this mark.
    expect(manifest).toContain('android:launchMode="singleTask"');
    expect(manifest).toMatch(
      /<meta-data android:name="dev\.modelshelf\.RECEIVES_FILES" android:value="true"\/>/,
    );
    const own = (await linkedPackages('android')).find(({ name }) => name === 'model-files');
    expect(own?.androidHooks).toEqual(['dev.modelshelf.arrivals.ArrivalsPackage']);
  });

  test('lets a person choose among its languages in the system’s settings, and mirrors its screens', async () => {
    const locales = await projects.read('android/app/src/main/res/xml/locales_config.xml');
    const names = [...locales.matchAll(/<locale android:name="([^"]+)"/g)].map(([, name]) => name);
    expect(names).toEqual(LANGUAGE_TAGS);
    const manifest = await readManifest();
    expect(manifest).toContain('android:localeConfig="@xml/locales_config"');
    expect(manifest).toContain('android:supportsRtl="true"');
    // A change of the language reaches the running app.
    expect(manifest).toMatch(/android:configChanges="[^"]*\|locale\b[^"]*layoutDirection/);
    const strings = await projects.read('android/app/src/main/res/values/strings.xml');
    expect(strings).toMatch(/name="ExpoLocalization_supportsRTL"[^>]*>true</);
  });

  test('uses Hermes', async () => {
    expect(await readProperties()).toMatch(/^hermesEnabled=true$/m);
  });

  test('asks for no larger heap: a model lies in memory that no heap counts', async () => {
    expect([await readManifest(), ...manifests].join('')).not.toContain('android:largeHeap');
  });

  test('has an icon that takes any shape and the colours of a theme', async () => {
    const icon = await projects.read('android/app/src/main/res/mipmap-anydpi-v26/ic_launcher.xml');
    for (const layer of ['background', 'foreground', 'monochrome']) {
      expect(icon).toContain(`<${layer} `);
    }
  });

  test('starts on the colours of its screens, by day and by night', async () => {
    const colors = (folder: string) =>
      projects.read(`android/app/src/main/res/${folder}/colors.xml`);
    expect(await colors('values')).toContain('splashscreen_background">#f4f4ef<');
    expect(await colors('values-night')).toContain('splashscreen_background">#0e1614<');
  });
});

describe('iOS', () => {
  const readPlist = () => projects.read('ios/Modelshelf/Info.plist');
  const readProperties = async () =>
    JSON.parse(await projects.read('ios/Podfile.properties.json')) as Record<string, unknown>;

  test('asks for the memory that large models need', async () => {
    const entitlements = await projects.read('ios/Modelshelf/Modelshelf.entitlements');
    expect(entitlements.match(/<key>[^<]+<\/key>\s*<\w+\/>/g)).toEqual([
      expect.stringMatching(
        /com\.apple\.developer\.kernel\.increased-memory-limit<\/key>\s*<true\/>/,
      ),
    ]);
  });

  test('asks for no more than a free account signs, where the person has no other', async () => {
    const free = await prebuildProjects(['--platform', 'ios'], { IOS_FREE_ACCOUNT: '1' });
    const entitlements = await free
      .read('ios/Modelshelf/Modelshelf.entitlements')
      .finally(() => free.remove());
    expect(entitlements).toContain('<plist');
    expect(entitlements).not.toContain('<key>');
  }, 120_000);

  test('is for iOS 17 and newer', async () => {
    expect((await readProperties())['ios.deploymentTarget']).toBe('17.0');
    const project = await projects.read('ios/Modelshelf.xcodeproj/project.pbxproj');
    expect(project).toContain('IPHONEOS_DEPLOYMENT_TARGET = 17.0;');
  });

  test('names its languages, and mirrors its screens', async () => {
    const plist = await readPlist();
    const list = /<key>CFBundleLocalizations<\/key>\s*<array>([^]*?)<\/array>/.exec(plist)?.[1];
    const names = [...(list ?? '').matchAll(/<string>([^<]*)</g)].map(([, name]) => name);
    expect(names).toEqual(LANGUAGE_TAGS);
    expect(plist).toMatch(/<key>ExpoLocalization_supportsRTL<\/key>\s*<true\/>/);
  });

  test('uses Hermes', async () => {
    expect((await readProperties())['expo.jsEngine']).toBe('hermes');
  });

  test('hands the end of background transfers to the downloader, from the class that iOS asks', async () => {
    const source = await projects.read('ios/Modelshelf/AppDelegate.swift');
    const appDelegate = /^class AppDelegate[^]*?^}/m.exec(source)?.[0] ?? '';
    expect(appDelegate).toContain('handleEventsForBackgroundURLSession identifier: String');
    expect(appDelegate).toContain('RNBackgroundDownloader.setCompletionHandlerWithIdentifier');
    expect(source.match(/handleEventsForBackgroundURLSession identifier/g)).toHaveLength(1);
    expect(await projects.read('ios/Modelshelf/Modelshelf-Bridging-Header.h')).toContain(
      '#import <RNBackgroundDownloader.h>',
    );
  });

  test('claims no background mode: a background session needs none', async () => {
    expect(await readPlist()).not.toContain('UIBackgroundModes');
  });

  test('is offered for GGUF files, of which the system makes a copy for the app', async () => {
    const plist = await readPlist();
    const entry = (key: string) =>
      new RegExp(`<key>${key}</key>\\s*<array>([^]*?)\\n    </array>`).exec(plist)?.[1] ?? '';
    const strings = (text: string) => [...text.matchAll(/<string>([^<]*)</g)].map(([, one]) => one);
    expect(strings(entry('CFBundleDocumentTypes'))).toEqual(
      expect.arrayContaining(['GGUF model', 'Viewer', 'Default', 'dev.modelshelf.gguf']),
    );
    const declared = entry('UTImportedTypeDeclarations');
    expect(declared).toContain('<string>dev.modelshelf.gguf</string>');
    expect(declared).toMatch(
      /filename-extension<\/key>\s*<array>\s*<string>gguf<\/string>\s*<\/array>/,
    );
    expect(strings(declared)).toContain('public.data');
    expect(plist).toMatch(/<key>LSSupportsOpeningDocumentsInPlace<\/key>\s*<false\/>/);
    // Nothing that lies among the documents is shown to other apps.
    expect(plist).not.toContain('UIFileSharingEnabled');
  });

  test('asks the person for nothing', async () => {
    expect(await readPlist()).not.toMatch(/UsageDescription/);
  });

  test('lets nothing but the local network go without TLS', async () => {
    expect(await readPlist()).toMatch(/<key>NSAllowsArbitraryLoads<\/key>\s*<false\/>/);
  });

  test('follows the system into the dark', async () => {
    expect(await readPlist()).toMatch(/<key>UIUserInterfaceStyle<\/key>\s*<string>Automatic</);
  });
});

test.each(['ios', 'android'] as const)('links what the adapters call on %s', async (system) => {
  const names = (await linkedPackages(system)).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      '@kesha-antonov/react-native-background-downloader',
      'expo-asset',
      'expo-device',
      'expo-file-system',
      'expo-haptics',
      'expo-keep-awake',
      'expo-network',
      'expo-sqlite',
      'llama.rn',
      'model-files',
      'react-native-blob-util',
      'react-native-executorch',
      'react-native-worklets',
    ]),
  );
});

describe('the runtime', () => {
  test('brings the one backend that the registry’s models use, and nothing for images or speech', () => {
    const require = createRequire(import.meta.url);
    const script = toolPath('react-native-executorch/scripts/download-libs.js');
    const { readUserConfig } = require(script) as {
      readUserConfig: () => { backends: string[]; libs: string[] };
    };
    expect(readUserConfig()).toMatchObject({ backends: ['xnnpack'], libs: [] });
    const builds = ALL_MODELS.filter(({ pteSource }) => pteSource.kind === 'remote');
    expect(builds).toHaveLength(5);
    for (const { pteFileName } of builds) expect(pteFileName).toContain('_xnnpack_');
  });

  test('knows the names by which a build for one system fetches its libraries', async () => {
    const script = await readFile(
      toolPath('react-native-executorch/scripts/download-libs.js'),
      'utf8',
    );
    for (const name of Object.values(LIBRARY_TARGETS).flat()) {
      expect(script).toContain(` core-${name}.tar.gz `);
    }
  });

  test('is fetched for a build on a phone, never by an install', async () => {
    const settings = await readFile(join(PROJECT_ROOT, 'pnpm-workspace.yaml'), 'utf8');
    const ignored = /^ignoredBuiltDependencies:\n((?: {2}.*\n)+)/m.exec(settings)?.[1];
    expect(ignored).toContain('- react-native-executorch\n');
    expect(ignored).toContain('- llama.rn\n');
    expect(settings).not.toContain('onlyBuiltDependencies');
  });
});
