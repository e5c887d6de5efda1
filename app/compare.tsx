import { CompareScreen } from '../lib/components/compare/CompareScreen';

export default CompareScreen;
