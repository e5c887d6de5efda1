/** Whether the host has a phone's features: a vibration motor, a mobile network, a screen that turns off. */
import type { Host } from '../../platform/types';

export const isPhone = ({ kind }: Host): boolean => kind === 'ios' || kind === 'android';
