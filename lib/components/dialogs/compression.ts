/** What the name of a quantization means, in plain words. Pure. */
import { t } from '../words/language';

/** The number of bits in names such as `Q4_K_M`, `IQ2_XS`, `BF16` and `8da4w`. */
const BITS = /^(?:I?Q|TQ)(\d)|^(?:B?F)(16|32)|^8da(4)w/i;

/** Weights are made with 16 bits or more; a name that says no number is shown as it is. */
export function compressionWords(name: string): string {
  const bits = BITS.exec(name)?.slice(1).join('');
  if (bits === undefined) return name;
  return Number(bits) >= 16
    ? t('None: {bits} bits for each weight ({name})', { bits, name })
    : t('About {bits} bits for each weight: smaller, and a little less exact ({name})', {
        ...{ bits, name },
      });
}
