import { spawn } from 'node:child_process';

import { expect, it } from 'vitest';

import { programOf } from '../../tests/command';
import { commandScene } from '../../tests/commandScene';

const scene = commandScene();

it.skipIf(process.platform === 'win32')(
  'brings a model where a process may open eighty files (skipped on Windows, which has no such limit)',
  async () => {
    const args = ['--dir', scene.folder, ...scene.llama('--model', 'local-large', '--quiet')];
    const child = spawn(
      'sh',
      [
        '-c',
        'ulimit -n 80; exec "$@"',
        'sh',
        process.execPath,
        programOf('downloadModels'),
        ...args,
      ],
      { env: { ...process.env, HF_ENDPOINT: scene.hub.endpoint } },
    );
    expect(await scene.ended(child)).toEqual({ code: 0, out: '', err: '' });
  },
);
