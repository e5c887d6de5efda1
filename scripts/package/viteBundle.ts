/** What Vite makes of a page that uses the package: whether it finds the workers, and the files that they fetch. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../build/command';

const PAGE = `import { createWebPlatform } from 'modelshelf/web';
import { createWllamaEngine } from 'modelshelf/engines/wllama';
globalThis.started = createWebPlatform({ engine: createWllamaEngine() });
`;

/** Each must be a file of its own beside the page's code. */
const FOUND = [
  /^files-.+\.js$/,
  /^hash-.+\.js$/,
  /^sqlite-.+\.js$/,
  /^template-.+\.js$/,
  /^sqlite3-.+\.wasm$/,
  /^sqlite3-opfs-async-proxy-.+\.js$/,
  /^wllama-.+\.wasm$/,
  /^tiny-demo-.+\.gguf$/,
];

/** One line for each fault. `app` is a folder with the package in its `node_modules`. */
export async function viteFaults(app: string): Promise<string[]> {
  await writeFile(join(app, 'page.js'), PAGE);
  await writeFile(join(app, 'index.html'), '<script type="module" src="/page.js"></script>\n');
  const { exitCode, output } = await runCommand({
    tool: 'vite/bin/vite.js',
    args: ['build', app, '--outDir', 'built'],
    env: { NO_COLOR: '1' },
  });
  if (exitCode !== 0) return [`Vite: ${output}`];
  const names = await readdir(join(app, 'built', 'assets'));
  const missing = FOUND.filter((pattern) => !names.some((name) => pattern.test(name)));
  return missing.map(({ source }) => `Vite found no ${source}, only ${names.join(', ')}`);
}
