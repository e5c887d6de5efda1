import { ModelManagement } from '../../lib/components/ModelManagement';

export default ModelManagement;
