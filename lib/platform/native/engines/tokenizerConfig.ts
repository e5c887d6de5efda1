/**
 * Reads chat settings from a model's `tokenizer_config.json`, and writes a changed copy where the runtime needs another
 * template.
 */
import { FileMode } from 'expo-file-system';

import { createChatTemplate } from '../../prompts/chatTemplate';
import type { ChatTemplate } from '../../prompts/chatTemplate';
import type { LoadRequest } from '../../types';
import { cachePath, fileAt, makeParent } from '../files/nativePaths';

export interface ChatConfig {
  template: ChatTemplate;
  /** The file for the runtime, which reads the template only from a file. */
  writePath(): string;
}

/** @throws Error where the file can't be read */
export function readChatConfig(
  configPath: string,
  { ptePath, promptFormat }: Pick<LoadRequest, 'ptePath' | 'promptFormat'>,
): ChatConfig {
  const config = JSON.parse(textOf(configPath)) as Record<string, unknown>;
  const own = templateIn(config['chat_template']);
  const startOfText = tokenText(config['bos_token']);
  const endOfText = tokenText(config['eos_token']);
  const hints = { startOfText, endOfText, architecture: undefined, writesInSteps: true };
  const template = createChatTemplate({ ...hints, template: own, format: promptFormat });
  if (promptFormat === undefined && own !== undefined && isUsable(template)) {
    return { template, writePath: () => configPath };
  }
  // With an unusable template, the runtime would refuse to load a sound model.
  const fallback = isUsable(template)
    ? template
    : createChatTemplate({ ...hints, template: undefined, format: 'plain' });
  const tokens = { bos_token: startOfText, eos_token: endOfText };
  const set = Object.entries(tokens).map(
    ([name, text]) => `{% set ${name} = ${JSON.stringify(text)} %}`,
  );
  const text = JSON.stringify({ ...config, chat_template: set.join('') + fallback.source });
  return { template, writePath: () => write(cachePath(`prompts/${ptePath}.json`), text) };
}

function isUsable(template: ChatTemplate): boolean {
  try {
    template.fit([]);
    return true;
  } catch {
    // The first answer reports the reason.
    return false;
  }
}

/** Some models have several templates, each with a name. */
function templateIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  const named = value as readonly { name?: unknown; template?: unknown }[];
  const usual = named.find(({ name }) => name === 'default') ?? named[0];
  return typeof usual?.template === 'string' ? usual.template : undefined;
}

function tokenText(value: unknown): string {
  if (typeof value === 'string') return value;
  const content =
    typeof value === 'object' && value !== null && 'content' in value && value.content;
  return typeof content === 'string' ? content : '';
}

function textOf(place: string): string {
  const handle = fileAt(place).open();
  try {
    return new TextDecoder().decode(handle.readBytes(handle.size ?? 0));
  } finally {
    handle.close();
  }
}

function write(place: string, text: string): string {
  makeParent(place);
  const file = fileAt(place);
  if (!file.exists) file.create();
  const handle = file.open(FileMode.Truncate);
  try {
    handle.writeBytes(new TextEncoder().encode(text));
  } finally {
    handle.close();
  }
  return place;
}
