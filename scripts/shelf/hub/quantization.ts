/** The quantization in a file’s name. Pure. */

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
