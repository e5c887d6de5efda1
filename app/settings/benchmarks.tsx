import { BenchmarksScreen } from '../../lib/components/BenchmarksScreen';

export default BenchmarksScreen;
