import { NotFoundScreen } from '../lib/components/NotFoundScreen';

export default NotFoundScreen;
