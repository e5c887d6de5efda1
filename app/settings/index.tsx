import { SettingsScreen } from '../../lib/components/SettingsScreen';

export default SettingsScreen;
