/** VitePress's theme, with tables that fit a phone. */
import './tables.css';

export { default } from 'vitepress/theme';
