/** The versions of this app and of what it runs, as its package says. */
import { readFileSync } from 'node:fs';

interface Manifest {
  version: string;
  dependencies: Readonly<Record<string, string>>;
}

export function packageVersion(): string {
  return readManifest().version;
}

/** Of a package that is pinned to one version. */
export function pinnedVersion(packageName: string): string {
  return readManifest().dependencies[packageName] ?? '';
}

function readManifest(): Manifest {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return JSON.parse(text) as Manifest;
}
