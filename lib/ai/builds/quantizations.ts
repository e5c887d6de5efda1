/**
 * The quantizations in files' names: how much quality each leaves, and their order by quality. Pure.
 *
 * The tables are written here because `@huggingface/gguf` 0.4.6 describes the layout of blocks and not what a person
 * notices, and takes its order of labels from `@huggingface/tasks`, two megabytes that can't be imported in parts.
 */

/** A quantization that no name states. */
export const UNKNOWN_QUANTIZATION = 'unknown';

const GGUF_LABEL =
  /(?<![A-Z0-9])(?:UD-)?(?:(?:I|T)?Q[1-8](?:_(?:K|NL|XXS|XS|S|M|L|XL|[0-9])(?![A-Z0-9]))*|MXFP4(?:_MOE)?|NVFP4|BF16|F16|F32|FP16|FP32|FP8)(?![A-Z0-9])/g;
const PTE_LABEL = /(?<![a-z0-9])(?:spinquant|qlora|8da4w|8da8w|4w|8w|bf16|fp16|fp32)(?![a-z0-9])/g;

/** In the usual spelling: `Q4_K_M`, `UD-Q4_K_XL`, `BF16`. The last one in the path counts; undefined where there is none. */
export function ggufQuantization(path: string): string | undefined {
  return path.toUpperCase().match(GGUF_LABEL)?.at(-1);
}

/** In lower case, as the publishers of `.pte` files write it: `8da4w`, `spinquant`. */
export function pteQuantization(path: string): string | undefined {
  return path.toLowerCase().match(PTE_LABEL)?.at(-1);
}

/** The quantization in the name of a model file of either kind. */
export function quantizationOf(path: string): string | undefined {
  return /\.gguf$/i.test(path) ? ggufQuantization(path) : pteQuantization(path);
}

/** How much of the model's quality is left, from all of it to little. */
export type Grade = 'original' | 'whole' | 'high' | 'good' | 'fair' | 'low' | 'poor';

/** Each grade with its labels, the best first, and the grades themselves from best to worst. `UD-` is left out. */
const GRADES: readonly (readonly [Grade, readonly string[]])[] = [
  ['original', ['F32', 'FP32', 'BF16', 'F16', 'FP16']],
  ['whole', ['Q8_K_XL', 'Q8_0', 'Q8_1', 'FP8', '8W', '8DA8W']],
  ['high', ['Q6_K_XL', 'Q6_K_L', 'Q6_K', 'Q5_K_XL', 'Q5_K_L', 'Q5_K_M', 'Q5_K_S', 'Q5_1', 'Q5_0']],
  [
    'good',
    [
      ...['Q4_K_XL', 'Q4_K_L', 'Q4_K_M', 'Q4_K_S', 'IQ4_NL', 'IQ4_XS', 'MXFP4', 'MXFP4_MOE'],
      ...['NVFP4', 'Q4_1', 'Q4_0', 'Q4_0_8_8', 'Q4_0_4_8', 'Q4_0_4_4'],
      ...['SPINQUANT', 'QLORA', '8DA4W', '4W'],
    ],
  ],
  ['fair', ['Q3_K_XL', 'Q3_K_L', 'Q3_K_M', 'IQ3_M', 'IQ3_S', 'Q3_K_S', 'IQ3_XS', 'IQ3_XXS']],
  ['low', ['Q2_K_XL', 'Q2_K_L', 'Q2_K', 'Q2_K_S', 'IQ2_M', 'IQ2_S', 'IQ2_XS', 'IQ2_XXS', 'Q2_0']],
  ['poor', ['IQ1_M', 'IQ1_S', 'TQ2_0', 'TQ1_0', 'Q1_0']],
];

interface Meaning {
  grade: Grade;
  quality: number;
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  [...GRADES]
    .reverse()
    .flatMap(([grade, labels]) => [...labels].reverse().map((label) => ({ grade, label })))
    .map(({ grade, label }, index) => [label, { grade, quality: index + 1 }]),
);

/** By the number of bits, for a label that isn't in the table: publishers add new endings to known ones. */
const GRADE_OF_BITS: Readonly<Record<string, string>> = {
  ...{
    8: 'Q8_0',
    7: 'Q6_K',
    6: 'Q6_K',
    5: 'Q5_K_S',
    4: 'Q4_K_S',
    3: 'Q3_K_S',
    2: 'IQ2_S',
    1: 'IQ1_S',
  },
};

function find(quantization: string): Meaning | undefined {
  const label = quantization.toUpperCase().replace(/^UD-/, '');
  const [, bits = ''] = /^[IT]?Q([1-8])/.exec(label) ?? [];
  return MEANINGS.get(label) ?? MEANINGS.get(GRADE_OF_BITS[bits] ?? '');
}

/** For comparisons: the higher the better; 0 where the label is unknown. */
export function qualityOf(quantization: string): number {
  return find(quantization)?.quality ?? 0;
}

/** Undefined where the label is unknown. */
export function gradeOf(quantization: string): Grade | undefined {
  return find(quantization)?.grade;
}
