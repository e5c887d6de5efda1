import { registerRootComponent } from 'expo';
import { createShelf, loadModels } from 'modelshelf';
import { createExpoPlatform } from 'modelshelf/expo';
import { ShelfProvider } from 'modelshelf/react';
import { ModelManagement, Notices } from 'modelshelf/screen';
import { useEffect, useState } from 'react';
import { useColorScheme } from 'react-native';
import { MD3DarkTheme, MD3LightTheme, PaperProvider } from 'react-native-paper';
import catalog from './catalog.json';

async function openShelf() {
  const platform = await createExpoPlatform();
  const environment = { ...platform.environment, catalogText: JSON.stringify(catalog) };
  return createShelf({ platform, models: loadModels(environment, []).models });
}

function App() {
  const [shelf, setShelf] = useState();
  useEffect(() => void openShelf().then(setShelf), []);
  const { colors, ...theme } = useColorScheme() === 'dark' ? MD3DarkTheme : MD3LightTheme;
  if (shelf === undefined) return null;
  return (
    <PaperProvider theme={{ ...theme, colors: { ...colors, primary: 'rebeccapurple' } }}>
      <ShelfProvider shelf={shelf}>
        <Notices>
          <ModelManagement />
        </Notices>
      </ShelfProvider>
    </PaperProvider>
  );
}
registerRootComponent(App);
