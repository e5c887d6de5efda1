/** Metro turns an imported style sheet into one of the page, and into nothing on phones. */
declare module '*.css';
