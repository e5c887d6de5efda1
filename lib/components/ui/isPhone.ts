/** Whether what only phones have is there: a motor, a mobile network, a screen that goes to sleep. */
import type { Host } from '../../platform/types';

export const isPhone = ({ kind }: Host): boolean => kind === 'ios' || kind === 'android';
