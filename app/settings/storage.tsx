import { StorageScreen } from '../../lib/components/storage/StorageScreen';

export default StorageScreen;
