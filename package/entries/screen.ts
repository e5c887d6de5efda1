/** `modelshelf/screen`: the model screen, in the colours of the host app's theme. */
export { ModelManagement } from '../../lib/components/ModelManagement';
export { Notices } from '../../lib/components/notices/Notices';
export { paperIcon } from '../../lib/components/ui/icons';
export { darkTheme, lightTheme } from '../../lib/components/ui/theme';
