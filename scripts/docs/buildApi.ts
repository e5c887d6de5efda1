/** Writes the API's pages from the docstrings of the package's entries, and compiles the code blocks of the other pages. */
import { join, relative } from 'node:path';
import ts from 'typescript';
import { Application, Logger, LogLevel, type TypeDocOptions } from 'typedoc';
import { PROJECT_ROOT } from '../build/projectRoot';
import { BLOCKS_FOLDER, DOCS_FOLDER } from './places';

/** The order in which the sidebar shows them. */
const ENTRIES = [
  ...['index', 'react', 'expo', 'web', 'node', 'app', 'screen', 'testing'],
  ...['engines/executorch', 'engines/wllama', 'engines/node-llama-cpp'],
];

const OPTIONS = {
  plugin: ['typedoc-plugin-markdown'],
  router: 'module',
  tsconfig: join(PROJECT_ROOT, 'tsconfig.docs.json'),
  entryPoints: ENTRIES.map((name) => join(PROJECT_ROOT, `package/entries/${name}.ts`)),
  out: join(DOCS_FOLDER, 'api'),
  name: 'The API',
  readme: 'none',
  entryFileName: 'index',
  // Each program is checked by a step of its own.
  skipErrorChecking: true,
  disableSources: true,
  excludeExternals: true,
  groupOrder: ['Functions', 'Interfaces', 'Type Aliases', 'Variables', 'Classes'],
  parametersFormat: 'table',
  sort: ['source-order'],
  hidePageHeader: true,
  hideBreadcrumbs: true,
};

/**
 * The faults of docstrings and code blocks, a line each. The pages are written all the same. A code block is compiled
 * in the program that TypeDoc reads: a second one would take as long again.
 */
export async function buildApi(): Promise<string[]> {
  const faults: string[] = [];
  const app = await Application.bootstrapWithPlugins(OPTIONS as TypeDocOptions);
  app.logger = new FaultLogger(faults);
  const entryPoints = app.getEntryPoints() ?? [];
  for (const program of new Set(entryPoints.map((entry) => entry.program)))
    faults.push(...faultsOfBlocks(program));
  const project = await app.convert();
  if (project === undefined) return [...faults, 'TypeDoc could not read the entries'];
  // By the names that are imported; TypeDoc knows the files' only.
  for (const entry of project.children ?? []) entry.name = importName(entry.name);
  app.validate(project);
  await app.generateOutputs(project);
  return faults;
}

function importName(file: string): string {
  return file === 'index' ? 'modelshelf' : `modelshelf/${file}`;
}

class FaultLogger extends Logger {
  readonly #faults: string[];

  constructor(faults: string[]) {
    super();
    this.#faults = faults;
  }

  override log(message: string, level: LogLevel): void {
    super.log(message, level);
    if (level === LogLevel.Warn || level === LogLevel.Error) this.#faults.push(message);
  }
}

function faultsOfBlocks(program: ts.Program): string[] {
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(BLOCKS_FOLDER))
    .flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ])
    .map(({ file, start = 0, messageText }) => {
      const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
      const name = file ? relative(BLOCKS_FOLDER, file.fileName) : '';
      return `${name}: line ${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
}
