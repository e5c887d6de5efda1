/** Writes the bundled demo model. Run it after a change to its generator: `npx tsx scripts/makeDemoModel.ts`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTinyDemo, DEMO_ASSET_PATH } from './demoModel/tinyDemo';

const projectFolder = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const target = resolve(projectFolder, DEMO_ASSET_PATH);
const bytes = buildTinyDemo();

await mkdir(dirname(target), { recursive: true });
await writeFile(target, bytes);
console.log(`${DEMO_ASSET_PATH}: ${String(bytes.length)} bytes`);
