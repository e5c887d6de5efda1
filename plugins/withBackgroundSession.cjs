/**
 * Tells the background downloader when iOS starts the app because transfers ended.
 *
 * Its own plugin writes this function at the end of AppDelegate.swift. Since Expo's template ends with another
 * class, iOS would never call it there. List this plugin after that one: the last one listed runs first, and
 * the other leaves alone what it finds.
 */
const { withAppDelegate } = require('expo/config-plugins');

const HANDLER = `
  // Downloading Data in the Background
  public override func application(
    _ application: UIApplication,
    handleEventsForBackgroundURLSession identifier: String,
    completionHandler: @escaping () -> Void
  ) {
    guard identifier.hasSuffix(".backgrounddownloadtask") else {
      return super.application(
        application,
        handleEventsForBackgroundURLSession: identifier,
        completionHandler: completionHandler)
    }
    RNBackgroundDownloader.setCompletionHandlerWithIdentifier(identifier, completionHandler: completionHandler)
  }
`;

const APP_DELEGATE = /^(?:public |internal )?class AppDelegate\b[^]*?^}$/m;

function addHandler(source) {
  const found = APP_DELEGATE.exec(source);
  if (found === null) throw new Error('AppDelegate.swift has no class AppDelegate any more.');
  if (source.includes('handleEventsForBackgroundURLSession')) {
    throw new Error('Another plugin answers for background sessions: list this one after it.');
  }
  const end = found.index + found[0].length - 1;
  return source.slice(0, end) + HANDLER + source.slice(end);
}

module.exports = (config) =>
  withAppDelegate(config, (project) => {
    project.modResults.contents = addHandler(project.modResults.contents);
    return project;
  });
