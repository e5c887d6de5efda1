import { AddModelScreen } from '../../../lib/components/add/AddModelScreen';

export default AddModelScreen;
