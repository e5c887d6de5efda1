/** `modelshelf search`: repositories of the hub. */
import { moreFound, searchHub, type FoundPage } from '../../lib/ai/discover/searchHub';
import type { RepositoryFacts } from '../../lib/ai/discover/hubFacts';
import { printable } from '../../lib/components/words/words';
import type { Reporter } from '../cli/reporter';
import { withHubTools } from './hubTools';
import type { ShelfOptions } from './shelfOptions';

/** Resolves with the exit code: 0 also when nothing was found. @throws ModelError */
export async function search(options: ShelfOptions, reporter: Reporter): Promise<number> {
  const { names, runtime = 'llama.cpp', sort, mostFound } = options;
  const words = names.join(' ');
  const found = await withHubTools(options, reporter, async (tools, signal) => {
    const all: RepositoryFacts[] = [];
    let page: FoundPage = await searchHub(tools, { words, runtime, sort }, signal);
    all.push(...page.found);
    while (all.length < mostFound && page.next !== undefined) {
      page = await moreFound(tools, page.next, signal);
      // A list of pages without entries would have no end.
      if (page.found.length === 0) break;
      all.push(...page.found);
    }
    return all.slice(0, mostFound);
  });
  const width = Math.max(0, ...found.map(({ name }) => name.length));
  for (const facts of found) tellFound(reporter, facts, width);
  if (found.length === 0) reporter.warn('The hub lists no such repository with builds for it.');
  return 0;
}

function tellFound(reporter: Reporter, facts: RepositoryFacts, width: number): void {
  const { updatedMs, ...event } = facts;
  const updated = updatedMs === undefined ? undefined : new Date(updatedMs).toISOString();
  const { name, downloads, license, gate, parameters, abilities } = facts;
  const parts = [
    downloads === undefined ? undefined : `${compact(downloads)} downloads`,
    parameters === undefined ? undefined : `${compact(parameters)} parameters`,
    license === undefined ? 'no licence stated' : printable(license),
    gate === 'none' ? undefined : 'has to be accepted',
    abilities.length === 0 ? undefined : abilities.join(', '),
    updated?.slice(0, 10),
  ];
  const line = parts.filter((part) => part !== undefined).join(', ');
  reporter.tell({ event: 'found', ...event, updated }, `${name.padEnd(width)}  ${line}`);
}

/** `1.2M`, `596M`, `950`. */
function compact(count: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(
    count,
  );
}
