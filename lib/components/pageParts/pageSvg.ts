/**
 * The part of react-native-svg that icons use, as a page has it anyway: Metro takes this module in place of the package,
 * whose colours, transforms and touches no icon needs.
 */
import { createElement, type ReactElement, type SVGProps } from 'react';

type Props = SVGProps<SVGElement> & { testID?: string };

const element = (tag: string) =>
  function SvgElement({ testID, ...attributes }: Props): ReactElement {
    return createElement(tag, { ...attributes, 'data-testid': testID });
  };

export const Circle = element('circle');
export const Ellipse = element('ellipse');
export const G = element('g');
export const Line = element('line');
export const Path = element('path');
export const Polygon = element('polygon');
export const Polyline = element('polyline');
export const Rect = element('rect');
export const Svg = element('svg');
