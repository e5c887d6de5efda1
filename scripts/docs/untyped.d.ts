// Stands for the types of packages of which no entry of modelshelf has any in its API.
export {};
