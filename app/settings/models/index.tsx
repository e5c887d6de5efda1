import { ModelManagement } from 'modelshelf/screen';

export default ModelManagement;
