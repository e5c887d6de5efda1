import { registerRootComponent } from 'expo';
import { createShelf, loadModels } from 'modelshelf';
import { createExpoPlatform } from 'modelshelf/expo';
import { ModelGate, ShelfProvider, useModel, useShelf } from 'modelshelf/react';
import { useEffect, useState } from 'react';
import { Button, Text, View } from 'react-native';
import catalog from './catalog.json';

async function openShelf() {
  const platform = await createExpoPlatform();
  const environment = { ...platform.environment, catalogText: JSON.stringify(catalog) };
  const { models } = loadModels(environment, []);
  return { engine: platform.engines['llama.cpp'], shelf: await createShelf({ platform, models }) };
}

function Download({ modelId }) {
  const { ensure } = useShelf();
  const { kind, receivedBytes = '' } = useModel(modelId);
  const download = () => ensure(modelId).catch(() => {}); // the state says how it ended
  return <Button title={`Download ${modelId} (${kind} ${receivedBytes})`} onPress={download} />;
}

function Answer({ engine, modelId }) {
  const { ensure, remove } = useShelf();
  const [answer, setAnswer] = useState('');
  async function ask() {
    const { weights } = await ensure(modelId);
    const model = await engine.load({ ptePath: weights.relativePath, contextTokens: 2048 });
    const messages = [{ role: 'user', content: 'Who are you?' }];
    const request = { messages, maxTokens: 200, temperature: 0.7, topP: 0.8, thinking: false };
    const show = (text) => setAnswer((before) => before + text);
    await model.generate(request, show, new AbortController().signal);
    await model.unload();
  }
  return (
    <>
      <Button title="Who are you?" onPress={ask} />
      <Text>{answer}</Text>
      <Button title="Remove" onPress={() => remove(modelId)} />
    </>
  );
}

function App() {
  const [opened, setOpened] = useState();
  useEffect(() => void openShelf().then(setOpened), []);
  if (opened === undefined) return null;
  const [{ modelId }] = opened.shelf.registry.getModels();
  return (
    <ShelfProvider shelf={opened.shelf}>
      <View style={{ gap: 16, padding: 48 }}>
        <ModelGate id={modelId} fallback={<Download modelId={modelId} />}>
          <Answer engine={opened.engine} modelId={modelId} />
        </ModelGate>
      </View>
    </ShelfProvider>
  );
}
registerRootComponent(App);
