/** What Vite makes of a page that uses the package: whether it finds the workers, and the files that they fetch. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const PAGE = `import { createWebPlatform } from 'modelshelf/web';
import { createWllamaEngine } from 'modelshelf/engines/wllama';
globalThis.started = createWebPlatform({ engine: createWllamaEngine() });
`;

/** Each must be a file of its own beside the page's code. */
const FOUND = [
  /files-.+\.js$/,
  /hash-.+\.js$/,
  /sqlite-.+\.js$/,
  /template-.+\.js$/,
  /sqlite3-.+\.wasm$/,
  /sqlite3-opfs-async-proxy-.+\.js$/,
  /wllama-.+\.wasm$/,
  /tiny-demo-.+\.gguf$/,
];

/** One line for each fault. `app` is a folder with the package in its `node_modules`. */
export async function viteFaults(app: string): Promise<string[]> {
  const input = join(app, 'page.js');
  await writeFile(input, PAGE);
  try {
    const built = await build({
      root: app,
      configFile: false,
      logLevel: 'silent',
      build: { write: false, minify: false, rolldownOptions: { input } },
      worker: { format: 'es' },
    });
    const outputs = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
    const names = outputs.map(({ fileName }) => fileName);
    const missing = FOUND.filter((name) => !names.some((fileName) => name.test(fileName)));
    return missing.map((name) => `Vite found no ${name.source} in ${names.join(', ')}`);
  } catch (error) {
    return [`Vite: ${error instanceof Error ? error.message : String(error)}`];
  }
}
