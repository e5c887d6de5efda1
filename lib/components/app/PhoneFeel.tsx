/** What the app does on a phone besides showing its screens. Renders nothing, and in a browser does nothing. */
import { useModel } from '../../ai/ModelProvider';
import { isPhone } from '../ui/isPhone';
import { PhoneDuties } from './PhoneDuties';

export function PhoneFeel() {
  const { host } = useModel();
  return isPhone(host) ? <PhoneDuties /> : null;
}
