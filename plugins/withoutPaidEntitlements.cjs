/**
 * Leaves out the entitlement that a free Apple account may not be allowed to sign, where `IOS_FREE_ACCOUNT=1` says
 * that there is no other: the app then has the memory of any app.
 */
const { withEntitlementsPlist } = require('expo/config-plugins');

const INCREASED_MEMORY = 'com.apple.developer.kernel.increased-memory-limit';

module.exports = (config) => {
  if (process.env.IOS_FREE_ACCOUNT !== '1') return config;
  return withEntitlementsPlist(config, (project) => {
    delete project.modResults[INCREASED_MEMORY];
    return project;
  });
};
