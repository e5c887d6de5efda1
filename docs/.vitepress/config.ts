/** The documentation site: `pnpm run docs` writes the API's pages from the docstrings, then builds this into `site/`. */
import { defineConfig } from 'vitepress';
import { slug } from '../../scripts/docs/slug';
import { linkToRepository } from './repositoryLinks';

const page = (text: string, link: string) => ({ text, link });

export default defineConfig({
  title: 'Modelshelf',
  description: 'A model manager for on-device AI, for Expo, React and Node apps.',
  lang: 'en-GB',
  outDir: '../site',
  cacheDir: '../.cache/vitepress',
  cleanUrls: true,
  markdown: { anchor: { slugify: slug }, config: linkToRepository },
  themeConfig: {
    search: { provider: 'local' },
    outline: 'deep',
    nav: [page('Guides', '/guides/expo'), page('API', '/api/'), page('Errors', '/troubleshooting')],
    sidebar: [
      {
        text: 'The first model in ten minutes',
        items: [
          page('Expo', '/guides/expo'),
          page('Vite and React', '/guides/vite'),
          page('Node', '/guides/node'),
        ],
      },
      {
        text: 'Further',
        items: [
          page('Your own models and catalogs', '/adding-a-model'),
          page('Your own engine', '/guides/engine'),
          page('Tests with faults', '/guides/testing'),
          page('Errors, their causes and remedies', '/troubleshooting'),
        ],
      },
      {
        text: 'Moving over, with the files on your users’ phones',
        items: [
          page('From react-native-executorch’s fetcher', '/moving/executorch'),
          page('From a folder of GGUF files', '/moving/gguf'),
        ],
      },
      {
        text: 'How it is',
        items: [
          page('Phones', '/phones'),
          page('Faults and threats', '/trust'),
          page('Measurements', '/benchmarks'),
        ],
      },
      { text: 'API', items: [page('Entries', '/api/')] },
    ],
  },
});
