import { SettingsScreen } from '../../lib/components/settings/SettingsScreen';

export default SettingsScreen;
