import { NotFoundScreen } from '../lib/components/app/NotFoundScreen';

export default NotFoundScreen;
