/** The documentation site: `pnpm run docs` writes the API's pages from the docstrings, then builds this into `site/`. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { slug } from '../../scripts/docs/slug';
import { linkToRepository } from './repositoryLinks';

const page = (text: string, link: string) => ({ text, link });

const ICON = readFileSync(new URL('../../assets/favicon.png', import.meta.url), 'base64');

const API_NAMES = [
  ...['modelshelf', 'modelshelf/react', 'modelshelf/expo', 'modelshelf/web', 'modelshelf/node'],
  ...['modelshelf/app', 'modelshelf/screen', 'modelshelf/testing', 'modelshelf/engines/executorch'],
  ...['modelshelf/engines/wllama', 'modelshelf/engines/node-llama-cpp'],
];
const apiPage = (name: string) => page(name, `/api/${name}`);

export default defineConfig({
  title: 'Modelshelf',
  description: 'A model manager for on-device AI, for Expo, React and Node apps.',
  lang: 'en-GB',
  outDir: '../site',
  cacheDir: '../.cache/vitepress',
  cleanUrls: true,
  head: [['link', { rel: 'icon', href: `data:image/png;base64,${ICON}` }]],
  markdown: { anchor: { slugify: slug }, config: linkToRepository },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [page('Guides', '/guides/node'), page('API', '/api/'), page('Errors', '/errors')],
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
          page('The command line', '/command-line'),
        ],
      },
      {
        text: 'Moving over',
        items: [
          page('From react-native-executorch', '/moving/executorch'),
          page('From a downloader of your own', '/moving/expo-file-system'),
          page('From a folder of GGUF files', '/moving/gguf'),
        ],
      },
      {
        text: 'When something fails',
        items: [page('Errors', '/errors'), page('Troubleshooting', '/troubleshooting')],
      },
      {
        text: 'Properties',
        items: [
          page('Phones', '/phones'),
          page('Faults and threats', '/trust'),
          page('Measurements', '/benchmarks'),
        ],
      },
      { text: 'API', items: [page('All entries', '/api/'), ...API_NAMES.map(apiPage)] },
    ],
  },
});
