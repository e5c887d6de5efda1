/** The versions of this app and of its dependencies, from its `package.json`. */
import { readFileSync } from 'node:fs';

interface Manifest {
  version: string;
  dependencies: Readonly<Record<string, string>>;
}

export function packageVersion(): string {
  return readManifest().version;
}

/** The version of a dependency that is pinned to one version. */
export function pinnedVersion(packageName: string): string {
  return readManifest().dependencies[packageName] ?? '';
}

function readManifest(): Manifest {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return JSON.parse(text) as Manifest;
}
