/** Compares the arguments of each message with the values that its calls pass, by the types of these values. */
import path from 'node:path';
import ts from 'typescript';
import { PROJECT_ROOT } from '../build/projectRoot';
import { argumentsOf, parseMessage } from './messageParts';
import type { ArgumentKind } from './messageParts';

/**
 * In one sentence each, with the place. A plural gets a number, and any other argument a text: `t` gives only the numbers
 * of plurals the format of the language. More values than arguments are no mistake: calls beside each other share them.
 */
export function wrongCalls(sources: readonly string[] = componentSources()): string[] {
  const program = ts.createProgram([...sources], compilerOptions());
  const checker = program.getTypeChecker();
  return sources.flatMap((file) => {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`There is no ${file}.`);
    return callsIn(source).flatMap((call) => {
      const { line } = source.getLineAndCharacterOfPosition(call.getStart());
      const place = `${path.relative(PROJECT_ROOT, file)}:${String(line + 1)}`;
      return problemsOf(call, checker).map((problem) => `${place}: ${problem}`);
    });
  });
}

function problemsOf(call: ts.CallExpression, checker: ts.TypeChecker): string[] {
  const [message, values] = call.arguments;
  if (message === undefined || !ts.isStringLiteralLike(message)) return [];
  const elements = parseMessage(message.text, 'en');
  if (elements === undefined) return [`not a valid ICU message: ${message.text}`];
  return [...argumentsOf(elements)].flatMap(([name, kind]) => {
    const value = values && checker.getTypeAtLocation(values).getProperty(name);
    if (value === undefined) return [`no value for {${name}}`];
    return isRight(checker.getTypeOfSymbol(value), kind) ? [] : [`{${name}} is no ${kind}`];
  });
}

function isRight(type: ts.Type, kind: ArgumentKind): boolean {
  const wanted = kind === 'plural' ? ts.TypeFlags.NumberLike : ts.TypeFlags.StringLike;
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(({ flags }) => (flags & wanted) !== 0);
}

function callsIn(source: ts.SourceFile): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === 't') calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

const readConfig = () => {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const file = path.join(PROJECT_ROOT, 'tsconfig.web.json');
  const config = ts.getParsedCommandLineOfConfigFile(file, {}, host);
  if (config === undefined) throw new Error(`${file} can’t be read.`);
  return config;
};

const compilerOptions = (): ts.CompilerOptions => readConfig().options;

function componentSources(): string[] {
  const isComponent = (file: string) => /\/(lib\/components|app)\/.*(?<!\.test)\.tsx?$/.test(file);
  return readConfig().fileNames.filter(isComponent);
}
