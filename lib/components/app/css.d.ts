/** Metro adds an imported style sheet to the page, and ignores it on phones. */
declare module '*.css';
