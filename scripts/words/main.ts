/**
 * The translations of the app's messages: `pnpm words` says what each language lacks, `pnpm words --missing de` prints
 * these messages as JSON to translate, `pnpm words --add FILE de` takes their translations in.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isLanguageTag, LANGUAGE_TAGS } from '../../lib/components/words/languages';
import type { LanguageTag } from '../../lib/components/words/languages';
import { collectMessages } from './collectMessages';
import { checkTranslation } from './checkTranslation';
import { readTranslations, writeTranslations } from './translations';

const { values, positionals } = parseArgs({
  options: { missing: { type: 'boolean' }, add: { type: 'string' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
const { messages, computed } = collectMessages();
const [tag] = positionals;

if (values.help === true) {
  console.log('pnpm words                   what each language lacks');
  console.log('pnpm words --missing TAG     the messages without a translation, as JSON');
  console.log('pnpm words --add FILE TAG    takes in translations from a file of the same form');
} else if (tag === undefined) {
  for (const line of computed) console.log(`${line}: a message must be a literal`);
  for (const each of LANGUAGE_TAGS.filter((language) => language !== 'en')) {
    console.log(`${each}: ${missingOf(each).length} of ${messages.size} messages are missing`);
  }
} else if (!isLanguageTag(tag)) {
  console.error(`There is no language ${tag}: ${LANGUAGE_TAGS.join(', ')}`);
  process.exitCode = 2;
} else if (values.add === undefined) {
  const missing = Object.fromEntries(missingOf(tag).map((message) => [message, '']));
  console.log(JSON.stringify(missing, undefined, 2));
} else {
  add(values.add, tag);
}

function missingOf(language: LanguageTag): string[] {
  const known = readTranslations(language);
  return [...messages.keys()].filter((message) => known[message] === undefined);
}

/** What a translation lacks is said, and the rest is taken in; messages that no source has any more go. */
function add(file: string, language: LanguageTag): void {
  const added = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const all = { ...readTranslations(language), ...added };
  const taken: Record<string, string> = {};
  for (const message of messages.keys()) {
    const text = all[message];
    if (text === undefined || text === '') continue;
    const problem = checkTranslation({ message, text, language });
    if (problem === undefined) taken[message] = text;
    else console.error(`${JSON.stringify(message)}: ${problem}`);
  }
  writeTranslations(language, taken);
  console.log(
    `${language}: ${missingOf(language).length} of ${messages.size} messages are missing`,
  );
}
