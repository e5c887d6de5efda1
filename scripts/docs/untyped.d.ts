// Stands for the types of packages of which no entry of modelshelf has any in its API.

/** Of Paper; a page shows it above the model screen. */
export declare function PaperProvider(properties: { children?: unknown }): null;
