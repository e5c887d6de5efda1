import { BenchmarksScreen } from '../../lib/components/benchmarks/BenchmarksScreen';

export default BenchmarksScreen;
