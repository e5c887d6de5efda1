/**
 * For pages under Metro: copies the workers and the engine into the folder that Metro serves, and returns the same
 * configuration.
 */
export function withModelshelf<Config extends { projectRoot?: string | undefined }>(
  config: Config,
  options?: { publicFolder?: string },
): Config;
