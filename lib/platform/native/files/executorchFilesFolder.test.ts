import { readFileSync } from 'node:fs';

import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { linkNative, Platform } from '../../../../tests/native/fakes/reactNative';
import { phone } from '../../../../tests/native/fakes/phone';
import { executorchFilesFolder } from './executorchFilesFolder';

const EXTERNAL = '/storage/emulated/0/Android/data/dev.modelshelf/files';

afterEach(() => {
  Platform.OS = 'ios';
});
afterAll(() => {
  phone.dispose();
});

function folderOn(system: string, constants?: { SDCardDir: string }): string | undefined {
  Platform.OS = system;
  const linked = linkNative('ReactNativeBlobUtil', constants !== undefined, {
    getConstants: () => constants,
  });
  try {
    return executorchFilesFolder();
  } finally {
    linked.restore();
  }
}

describe('the folder of react-native-executorch', () => {
  const inDocuments = () => `file://${phone.documents()}/react-native-executorch`;

  it('is among the documents of an iPhone', () => {
    expect(folderOn('ios', { SDCardDir: '' })).toBe(inDocuments());
    expect(folderOn('ios')).toBe(inDocuments());
  });

  it('is among the external files on Android, where there are any', () => {
    const external = `file://${EXTERNAL}/react-native-executorch`;
    expect(folderOn('android', { SDCardDir: EXTERNAL })).toBe(external);
    expect(folderOn('android', { SDCardDir: '' })).toBe(inDocuments());
    expect(folderOn('android')).toBe(inDocuments());
  });

  it('is the one that the installed package names', () => {
    const read = (path: string) =>
      readFileSync(`node_modules/${path}`, 'utf8').replace(/\s+/g, ' ');
    const fetcher = read('react-native-executorch/src/fetcher/fetcher.ts');
    expect(fetcher).toContain(
      'const ANDROID_DIRECTORY = RNBlobUtil.fs.dirs.SDCardDir || RNBlobUtil.fs.dirs.DocumentDir;',
    );
    expect(fetcher).toContain(
      'const RNE_DIRECTORY = IS_ANDROID ? `${ANDROID_DIRECTORY}/react-native-executorch` : `${RNBlobUtil.fs.dirs.DocumentDir}/react-native-executorch`;',
    );
    const blobUtil = read('react-native-blob-util/fs.js');
    expect(blobUtil).toContain('const constants = ReactNativeBlobUtil.getConstants();');
    expect(blobUtil).toContain('SDCardDir: constants.SDCardDir,');
    const module = read('react-native-blob-util/codegenSpecs/NativeBlobUtils.js');
    expect(module).toContain("TurboModuleRegistry.get<Spec>('ReactNativeBlobUtil')");
  });
});
