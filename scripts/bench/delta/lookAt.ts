/** One process of the bench: divides one file, and prints what that took and what it found. */
import { writeFileSync } from 'node:fs';

import { METHODS, piecesOf } from './methods';

const [wanted, path = '', out = ''] = process.argv.slice(2);
const method = METHODS.find((each) => each === wanted);
if (!method) throw new TypeError(`no method ${String(wanted)}`);

const before = process.cpuUsage();
const restBytes = process.memoryUsage().rss;
const pieces = await piecesOf(path, method);
const { user, system } = process.cpuUsage(before);
writeFileSync(out, JSON.stringify(pieces));
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(
  JSON.stringify({ cpuSeconds: (user + system) / 1e6, peakBytes: peakBytes - restBytes }),
);
