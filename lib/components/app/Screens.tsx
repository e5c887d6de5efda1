/** Shows the routes: in a browser the one of the address, on a phone a stack of them. */
import { Slot } from 'expo-router';
import { useModel } from '../../ai/ModelProvider';
import { isPhone } from '../ui/isPhone';
import { ScreenStack } from './ScreenStack';

export function Screens() {
  const { host } = useModel();
  return isPhone(host) ? <ScreenStack /> : <Slot />;
}
