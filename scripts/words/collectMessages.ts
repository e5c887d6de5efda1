/** Finds the messages that the sources pass to `t`, and the sentences of the core and the registry that people see. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ALL_MODELS } from '../../lib/ai/modelConfig';
import { PROJECT_ROOT } from '../build/projectRoot';

export interface FoundMessages {
  /** Each message, with the names of the values that its calls pass. */
  messages: ReadonlyMap<string, ReadonlySet<string>>;
  /** Calls of `t` whose message is computed, as `file:line`. */
  computed: readonly string[];
}

/** Where words are: what people see is made in the components. */
const FOLDERS = ['lib/components', 'app'];

/** Where reasons are stated, such as why a model isn't available: whole sentences, which `translated` shows. */
const CORE_FOLDERS = ['lib/ai', 'lib/download', 'lib/platform/gguf'];
const SENTENCE = /^[A-Z].* .*\.$/;
/** Where files are read: the reasons why one can't be used, which end a sentence of the words. */
const READER_FOLDERS = ['lib/platform/gguf', 'lib/ai/imports', 'lib/platform/web/engine'];
const REASON =
  /^(it|its \w+|the file|there is|a number in|this device) (is|isn’t|are|aren’t|holds|states|ends|became|needs|opens|no|its) .*[^.]$/;
/** Their sentences are for models. */
const FOR_MODELS = ['lib/ai/measure/benchmarkPrompts.ts', 'lib/ai/updates/tryVersion.ts'];

export function collectMessages(): FoundMessages {
  const messages = new Map<string, Set<string>>();
  const computed: string[] = [];
  for (const file of FOLDERS.flatMap(sourcesBelow)) {
    const source = parse(file);
    const visit = (node: ts.Node) => {
      if (ts.isCallExpression(node) && node.expression.getText() === 't') {
        const [message, values] = node.arguments;
        if (message !== undefined && ts.isStringLiteralLike(message)) {
          const names = messages.get(message.text) ?? new Set();
          for (const name of namesOf(values)) names.add(name);
          messages.set(message.text, names);
        } else {
          const { line } = source.getLineAndCharacterOfPosition(node.getStart());
          computed.push(`${file}:${line + 1}`);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  const reasons = readersReasons();
  for (const text of [
    ...coreSentences(),
    ...reasons,
    ...ALL_MODELS.map(({ description }) => description),
  ]) {
    messages.set(text, messages.get(text) ?? new Set());
  }
  return { messages, computed };
}

const coreSentences = () => literalsLike(SENTENCE, CORE_FOLDERS);
const readersReasons = () => literalsLike(REASON, READER_FOLDERS);

function literalsLike(pattern: RegExp, folders: readonly string[]): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node) && pattern.test(node.text)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  for (const file of folders.flatMap(sourcesBelow)) {
    if (!FOR_MODELS.includes(file)) visit(parse(file));
  }
  return found;
}

function parse(file: string): ts.SourceFile {
  const text = readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(path.join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name))
    .map((name) => path.posix.join(folder, name));
}

function namesOf(values: ts.Expression | undefined): string[] {
  if (values === undefined || !ts.isObjectLiteralExpression(values)) return [];
  return values.properties.flatMap(({ name }) => (name === undefined ? [] : [name.getText()]));
}
