export { redirectSystemPath } from '../lib/components/app/openedAddress';
