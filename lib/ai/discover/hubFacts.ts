/** The facts that the hub states about a repository, in its lists and in its description. Each is checked and bounded. */
import * as v from 'valibot';

import { abilitiesOf, type Ability } from './abilities';
import { isRepositoryName } from './addressParts';

/** Facts that the hub doesn't state are undefined, or missing from a list. */
export interface RepositoryFacts {
  /** `owner/name`, as the hub writes it. */
  name: string;
  /** The owner: a person or an organization. */
  publisher: string;
  /** Downloads of the last thirty days, as the hub counts them. */
  downloads: number | undefined;
  likes: number | undefined;
  /** The time of the last change, in milliseconds since 1970. */
  updatedMs: number | undefined;
  /** Whether a person has to accept terms before a download: `auto` gives access at once, `manual` after a decision. */
  gate: 'none' | 'auto' | 'manual';
  /** The licence's name as the model card states it. */
  license: string | undefined;
  /** Whether the licence is none that the hub knows (`other`): its terms are the owner's own. */
  hasOwnTerms: boolean;
  /** An https address of the licence's text. */
  licenseLink: string | undefined;
  /** The task that the hub assigns, such as `text-generation`. */
  pipeline: string | undefined;
  parameters: number | undefined;
  contextTokens: number | undefined;
  /** As GGUF files name it: `qwen3`. */
  architecture: string | undefined;
  /** The repositories that this one was made from. */
  baseModels: readonly string[];
  /** Codes such as `en`. */
  languages: readonly string[];
  abilities: readonly Ability[];
}

/** Control characters, and characters that change the direction of a text. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const text = (maxLength: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1),
    v.maxLength(maxLength),
    v.check((written) => !UNPRINTABLE.test(written)),
  );
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const maybe = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.fallback(v.optional(schema), undefined);
/** The items that have the form; the others are left out, and so is everything after `most`. */
const items = <Schema extends v.GenericSchema>(schema: Schema, most: number) =>
  v.fallback(
    v.pipe(
      v.union([
        v.array(v.unknown()),
        v.pipe(
          v.string(),
          v.transform((one): unknown[] => [one]),
        ),
      ]),
      v.transform((found) =>
        found.slice(0, most).flatMap((item): v.InferOutput<Schema>[] => {
          const parsed = v.safeParse(schema, item);
          return parsed.success ? [parsed.output] : [];
        }),
      ),
    ),
    [],
  );

export const repositoryName = v.pipe(v.string(), v.check(isRepositoryName));
const httpsAddress = v.pipe(text(500), v.regex(/^https:\/\/[^\s@\\]+$/i));
const dateMs = v.pipe(
  v.string(),
  v.maxLength(40),
  v.transform((written) => Date.parse(written)),
  v.safeInteger(),
  v.minValue(0),
);

const cardSchema = v.object({
  license: items(text(80), 10),
  license_name: maybe(text(80)),
  license_link: maybe(v.pipe(v.string(), v.maxLength(500))),
  language: items(v.pipe(text(20), v.regex(/^[A-Za-z-]{2,20}$/)), 100),
  base_model: items(repositoryName, 20),
  /** What a person is asked before the owner gives access: names of fields, whose other parts concern only the form. */
  extra_gated_fields: maybe(v.record(v.string(), v.unknown())),
});

const ggufSchema = v.object({
  context_length: maybe(positive),
  total: maybe(positive),
  architecture: maybe(text(40)),
  chat_template: maybe(v.pipe(v.string(), v.maxLength(1_000_000))),
});

const tagItems = items(text(120), 300);

function readTags(tags: string[]): string[] {
  return v.parse(tagItems, tags);
}

/** The properties of a list's entry that are read, as the list call takes them in `expand`. */
export const EXPANDED = [
  ...['baseModels', 'cardData', 'disabled', 'downloads', 'gated', 'gguf', 'lastModified'],
  ...['likes', 'pipeline_tag', 'private', 'tags'],
] as const;

/** Facts of the wrong form count as not stated. */
export const factsSchema = v.object({
  id: maybe(repositoryName),
  downloads: maybe(count),
  likes: maybe(count),
  lastModified: maybe(dateMs),
  gated: v.fallback(v.union([v.boolean(), v.string()]), false),
  disabled: v.fallback(v.boolean(), false),
  pipeline_tag: maybe(text(40)),
  // Of texts alone; a list with anything else in it isn't the hub's.
  tags: v.fallback(v.pipe(v.array(v.string()), v.transform(readTags)), []),
  cardData: v.fallback(cardSchema, () => v.parse(cardSchema, {})),
  gguf: v.fallback(ggufSchema, () => v.parse(ggufSchema, {})),
  baseModels: v.fallback(v.object({ models: items(v.object({ id: repositoryName }), 20) }), {
    models: [],
  }),
});
export type StatedFacts = v.InferOutput<typeof factsSchema>;

/** `asked` is the name for an answer that states none. */
export function factsOf(stated: StatedFacts, asked: string): RepositoryFacts {
  const { id: name = asked, gated, gguf, cardData, pipeline_tag: pipeline, tags } = stated;
  const { downloads, likes, lastModified: updatedMs, baseModels } = stated;
  const template = gguf.chat_template;
  return {
    ...{ name, publisher: name.slice(0, name.indexOf('/')), downloads, likes, updatedMs },
    gate: gated === false ? 'none' : gated === 'auto' ? 'auto' : 'manual',
    license: licenseOf(stated),
    hasOwnTerms: hasOwnTerms(stated),
    licenseLink: licenseLinkOf(cardData.license_link),
    pipeline,
    parameters: gguf.total,
    contextTokens: gguf.context_length,
    architecture: gguf.architecture,
    baseModels: [...new Set([...cardData.base_model, ...baseModels.models.map(({ id }) => id)])],
    languages: cardData.language,
    abilities: abilitiesOf({ pipeline, tags, template }),
  };
}

function hasOwnTerms({ cardData: { license }, tags }: StatedFacts): boolean {
  return license.length === 0 ? tags.includes('license:other') : license.includes('other');
}

function licenseOf({ cardData, tags }: StatedFacts): string | undefined {
  const { license, license_name: ownName } = cardData;
  const isOther = license.length === 1 && license[0] === 'other';
  const names = isOther && ownName !== undefined ? [ownName] : license;
  const tagged = tags.flatMap((tag) => /^license:(.{1,70})$/.exec(tag)?.[1] ?? []);
  const found = names.length > 0 && !(isOther && ownName === undefined) ? names : tagged;
  const joined = found.join(', ');
  return joined === '' || joined.length > 80 ? undefined : joined;
}

/** A card may also name a file of the repository here, which the list of files shows. */
function licenseLinkOf(stated: string | undefined): string | undefined {
  const parsed = v.safeParse(httpsAddress, stated);
  return parsed.success ? parsed.output : undefined;
}

const MOST_FIELDS = 20;

/** What the owner asks for before access is given, in the owner's words; the fields can only be filled in at the hub. */
export function gateFieldsOf({ cardData }: StatedFacts): readonly string[] {
  const names = Object.keys(cardData.extra_gated_fields ?? {}).slice(0, MOST_FIELDS);
  return names.flatMap((name) => {
    const parsed = v.safeParse(text(200), name);
    return parsed.success ? [parsed.output] : [];
  });
}
