/** `pnpm proof:lighthouse`: what Lighthouse says of the exported app, screen by screen, on a phone and on a desktop. */
import { parseArgs } from 'node:util';
import { buildApp } from '../../build/buildApp';
import { findBrowser } from '../../checks/browser';
import { startServer } from '../../serve/server';
import { installabilityProblems } from './installability';
import { installLighthouse, judgePage } from './judgePage';
import type { FormFactor, Judgement } from './judgePage';

const LEAST = 95;
const ROUTES = [
  '/settings/models',
  '/',
  '/settings',
  '/settings/models/add',
  '/settings/benchmarks',
];
const FORMS: readonly FormFactor[] = ['phone', 'desktop'];

const USAGE = `Usage: pnpm proof:lighthouse [--route PATH]... [--runs N] [--json]

Builds the web app, serves it on this machine, and lets Lighthouse (fetched from npm into .cache) judge
each screen as a phone and as a desktop would show it, with its simulated mobile network.

  --route PATH  only this screen, such as /settings/models
  --runs N      the median of so many runs, an odd number, 3 by default
  --json        scores and failed audits as JSON
  --help        this text

Exit codes: 0 every score is at least ${LEAST} and the app can be installed; 1 otherwise; 2 wrong usage.`;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      route: { type: 'string', multiple: true, default: ROUTES },
      runs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const runs = Number(values.runs);
  if (!(runs % 2 === 1)) throw new TypeError('--runs takes an odd number, such as 1 or 3.');
  const browser = findBrowser(console.error).path;
  const program = installLighthouse();
  const { folder } = await buildApp(() => console.error('Building the web app.'));
  const server = await startServer({ folder, port: 0 });
  const judgements: Judgement[] = [];
  try {
    for (const route of values.route) {
      for (const form of FORMS) {
        const judgement = await judgePage(
          { program, browser, url: server.url + route, form },
          runs,
        );
        judgements.push({ ...judgement, route });
        if (!values.json) print({ ...judgement, route });
      }
    }
    const problems = await installabilityProblems(browser, server.url);
    if (values.json) console.log(JSON.stringify({ judgements, problems }, undefined, 2));
    else console.log(problems.length === 0 ? 'The app can be installed.' : problems.join('\n'));
    const tooLow = judgements.some(({ scores }) => Object.values(scores).some((it) => it < LEAST));
    return tooLow || problems.length > 0 ? 1 : 0;
  } finally {
    await server.close();
  }
}

function print({ route, form, scores, failed }: Judgement): void {
  const words = Object.entries(scores).map(([name, score]) => `${name} ${score}`);
  console.log(`${route}, ${form}: ${words.join(', ')}`);
  for (const audit of failed) console.log(`  ${audit}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
