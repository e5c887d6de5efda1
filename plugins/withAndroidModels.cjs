/**
 * What Android has to know of an app that keeps gigabytes of models, where no published plugin says it:
 * what leaves the phone in a backup.
 */
const { mkdir, writeFile } = require('node:fs/promises');
const { join } = require('node:path');
const { AndroidConfig, withAndroidManifest, withDangerousMod } = require('expo/config-plugins');

// Named one by one: a rule that only left out `models` would take the downloader's records of
// transfers along, which mean nothing on another phone. Models alone are past the cloud's 25 MB;
// what is said in a chat stays between the person's own phones.
const EXTRACTION_RULES = `<?xml version="1.0" encoding="utf-8"?>
<data-extraction-rules>
  <cloud-backup>
    <exclude domain="root" path="." />
    <exclude domain="file" path="." />
    <exclude domain="database" path="." />
    <exclude domain="sharedpref" path="." />
    <exclude domain="external" path="." />
  </cloud-backup>
  <device-transfer>
    <include domain="file" path="SQLite/" />
  </device-transfer>
</data-extraction-rules>
`;

function withExtractionRules(config) {
  return withDangerousMod(config, [
    'android',
    async (project) => {
      const folder = join(project.modRequest.platformProjectRoot, 'app/src/main/res/xml');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'data_extraction_rules.xml'), EXTRACTION_RULES);
      return project;
    },
  ]);
}

function withApplicationAttributes(config) {
  return withAndroidManifest(config, (project) => {
    const { $ } = AndroidConfig.Manifest.getMainApplicationOrThrow(project.modResults);
    $['android:allowBackup'] = 'true';
    $['android:dataExtractionRules'] = '@xml/data_extraction_rules';
    // The rules of Android 11 and older, which the app doesn't run on: nothing.
    $['android:fullBackupContent'] = 'false';
    return project;
  });
}

module.exports = (config) => withApplicationAttributes(withExtractionRules(config));
