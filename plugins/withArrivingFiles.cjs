/**
 * Has other apps offer this one for model files, where a person opens or shares a file: GGUF alone, because a build for
 * ExecuTorch is several files, of which one can't be imported.
 */
const { AndroidConfig, withAndroidManifest } = require('expo/config-plugins');

const TYPE = 'dev.modelshelf.gguf';

/**
 * The types that Android's apps state for a file with this ending: hardly any knows it, so that it is bytes, in Android's
 * words or in those of the server that it came from. No filter can look at the name behind a `content://` address.
 */
const MIME_TYPES = [
  'application/octet-stream',
  'binary/octet-stream',
  'application/x-gguf',
  'application/gguf',
];

const types = MIME_TYPES.map((mimeType) => ({ mimeType }));

// Without the category BROWSABLE: no page can open the app with a file.
const INTENT_FILTERS = [
  { action: 'VIEW', category: ['DEFAULT'], data: [{ scheme: 'content' }, ...types] },
  { action: 'SEND', category: ['DEFAULT'], data: types },
  { action: 'SEND_MULTIPLE', category: ['DEFAULT'], data: types },
];

const IMPORTED_TYPE = {
  UTTypeIdentifier: TYPE,
  UTTypeDescription: 'GGUF model',
  UTTypeConformsTo: ['public.data'],
  UTTypeTagSpecification: {
    'public.filename-extension': ['gguf'],
    'public.mime-type': ['application/x-gguf', 'application/gguf'],
  },
};

const DOCUMENT_TYPE = {
  CFBundleTypeName: 'GGUF model',
  CFBundleTypeRole: 'Viewer',
  LSHandlerRank: 'Default',
  LSItemContentTypes: [TYPE],
};

function withDocumentTypes(config) {
  const { UTImportedTypeDeclarations = [], CFBundleDocumentTypes = [] } =
    config.ios?.infoPlist ?? {};
  const infoPlist = {
    ...config.ios?.infoPlist,
    UTImportedTypeDeclarations: [...UTImportedTypeDeclarations, IMPORTED_TYPE],
    CFBundleDocumentTypes: [...CFBundleDocumentTypes, DOCUMENT_TYPE],
    // React Native passes on the text of an address, which loses the right to read a file in its place. With `false` the
    // system copies the file into Documents/Inbox first, on the same volume, where a copy takes no space of its own.
    LSSupportsOpeningDocumentsInPlace: false,
  };
  return { ...config, ios: { ...config.ios, infoPlist } };
}

function withIntentFilters(config) {
  const android = config.android ?? {};
  const intentFilters = [...(android.intentFilters ?? []), ...INTENT_FILTERS];
  return withAndroidManifest({ ...config, android: { ...android, intentFilters } }, (project) => {
    const application = AndroidConfig.Manifest.getMainApplicationOrThrow(project.modResults);
    // `ArrivalsPackage.kt` receives what arrives.
    const name = 'dev.modelshelf.RECEIVES_FILES';
    AndroidConfig.Manifest.addMetaDataItemToMainApplication(application, name, 'true');
    return project;
  });
}

module.exports = (config) => withIntentFilters(withDocumentTypes(config));
