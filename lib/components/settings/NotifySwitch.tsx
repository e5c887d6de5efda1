/** Whether the system tells when a download ends while the app is out of sight. Off until a person wants it. */
import { useState } from 'react';
import { useModel } from '../../ai/ModelProvider';
import { usePreferences } from '../../ai/settings/PreferencesProvider';
import { useNotices } from '../notices/Notices';
import { SwitchRow } from '../ui/SwitchRow';
import { t } from '../words/language';

/** Nothing where the host has no notifications. */
export function NotifySwitch() {
  const { notifications } = useModel().host;
  const { notifyOfDownloads, setPreferences } = usePreferences();
  const { tellFailure } = useNotices();
  // The answer changes outside of the app, so it is read anew after each press.
  const [isAllowed, setAllowed] = useState(() => notifications?.isAllowed());
  if (notifications === undefined) return null;

  async function change(wanted: boolean) {
    const allowed = wanted && (await notifications?.ask()) === true;
    setAllowed(notifications?.isAllowed());
    await setPreferences({ notifyOfDownloads: allowed });
  }

  return (
    <SwitchRow
      label={t('Notify when a download ends')}
      hint={
        isAllowed === false
          ? t(
              'The browser does not allow notifications of this page. They can be allowed in its settings for this site.',
            )
          : t('Only while this page is in the background.')
      }
      value={notifyOfDownloads && isAllowed === true}
      onChange={(wanted) => void change(wanted).catch(tellFailure)}
    />
  );
}
