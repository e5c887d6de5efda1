/** What a model can do, as its repository states it: a hint for search and badges, never a promise. Pure. */

export const ABILITIES = ['vision', 'tools', 'thinking', 'embedding'] as const;
export type Ability = (typeof ABILITIES)[number];

export interface AbilityHints {
  /** The hub's task. */
  pipeline: string | undefined;
  tags: readonly string[];
  /** The model's chat template. */
  template: string | undefined;
}

interface Signs {
  pipelines: readonly string[];
  tags: readonly string[];
  template?: RegExp;
}

const SIGNS: Readonly<Record<Ability, Signs>> = {
  vision: {
    pipelines: ['image-text-to-text', 'any-to-any', 'visual-question-answering', 'image-to-text'],
    tags: ['image-text-to-text', 'any-to-any', 'vision', 'multimodal', 'vlm'],
  },
  tools: {
    pipelines: [],
    tags: ['function-calling', 'tool-use', 'tool-calling', 'function calling'],
    // Templates that can tell a model about tools loop over a variable of this name.
    template: /\btools\b/,
  },
  thinking: {
    pipelines: [],
    tags: ['reasoning', 'thinking'],
    template: /<\/?think(ing)?>|enable_thinking|reasoning_content/,
  },
  embedding: {
    pipelines: ['feature-extraction', 'sentence-similarity'],
    tags: ['sentence-transformers', 'feature-extraction', 'sentence-similarity'],
  },
};

/** In the order of `ABILITIES`. */
export function abilitiesOf({ pipeline, tags, template }: AbilityHints): readonly Ability[] {
  const stated = new Set(tags.map((tag) => tag.toLowerCase()));
  return ABILITIES.filter((ability) => {
    const signs = SIGNS[ability];
    return (
      signs.pipelines.some((each) => each === pipeline) ||
      signs.tags.some((tag) => stated.has(tag)) ||
      (template !== undefined && signs.template?.test(template) === true)
    );
  });
}
