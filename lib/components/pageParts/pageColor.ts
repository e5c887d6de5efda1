/**
 * What Paper does with colours in the third version of Material: Metro takes this module in place of `color`, which
 * knows every colour space.
 */
import { processColor } from 'react-native';

class Colour {
  /** `rgb` as `0xrrggbb`; `opacity` from 0 to 1. */
  constructor(
    private readonly rgbBits: number,
    private readonly opacity: number,
  ) {}

  alpha(opacity: number): Colour {
    return new Colour(this.rgbBits, opacity);
  }

  fade(part: number): Colour {
    return this.alpha(this.opacity * (1 - part));
  }

  rgb(): this {
    return this;
  }

  string(): string {
    const [red, green, blue] = [16, 8, 0].map((bits) => (this.rgbBits >> bits) & 0xff);
    return `rgba(${[red, green, blue, this.opacity].join(', ')})`;
  }
}

/** @throws Error for what is no colour of CSS. */
export default function colour(css: string): Colour {
  const bits = processColor(css);
  if (typeof bits !== 'number') throw new Error(`${css} is no colour.`);
  return new Colour(bits & 0xffffff, (bits >>> 24) / 0xff);
}
