/** Finds the messages that the sources pass to `t`, and the registry's texts that people see. */
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

export function collectMessages(): FoundMessages {
  const messages = new Map<string, Set<string>>();
  const computed: string[] = [];
  for (const file of FOLDERS.flatMap(sourcesBelow)) {
    const source = ts.createSourceFile(
      file,
      readFileSync(path.join(PROJECT_ROOT, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
      file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
    );
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
  for (const { description } of ALL_MODELS) messages.set(description, new Set());
  return { messages, computed };
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
