import { createShelf, loadModels } from 'modelshelf';
import { createWllamaEngine } from 'modelshelf/engines/wllama';
import { ModelGate, ShelfProvider, useModel, useShelf } from 'modelshelf/react';
import { createWebPlatform } from 'modelshelf/web';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import catalogText from './catalog.json?raw';

const hubEndpoint = import.meta.env.VITE_HF_ENDPOINT ?? 'https://huggingface.co';
const engine = createWllamaEngine();
const platform = await createWebPlatform({ engine, environment: { hubEndpoint, catalogText } });
const { models } = loadModels(platform.environment, []);
const shelf = await createShelf({ platform, models });

function Model({ modelId, displayName }) {
  const { ensure, pause, remove } = useShelf();
  const { kind, receivedBytes, totalBytes, failure } = useModel(modelId);
  const download = () => ensure(modelId).catch(() => {}); // the state says how it ended
  return (
    <p>
      {displayName}: {kind} {failure?.code}
      {totalBytes && <progress value={receivedBytes} max={totalBytes} />}
      <ModelGate id={modelId} fallback={<button onClick={download}>Download</button>}>
        <Answer modelId={modelId} />
        <button onClick={() => remove(modelId)}>Remove</button>
      </ModelGate>
      {kind === 'downloading' && <button onClick={() => pause(modelId)}>Pause</button>}
    </p>
  );
}

function Answer({ modelId }) {
  const { ensure } = useShelf();
  const [answer, setAnswer] = useState('');
  async function ask() {
    const { weights } = await ensure(modelId);
    const model = await engine.load({ ptePath: weights.relativePath, contextTokens: 2048 });
    const messages = [{ role: 'user', content: 'Who are you?' }];
    const request = { messages, maxTokens: 200, temperature: 0.7, topP: 0.8, thinking: false };
    const show = (text) => setAnswer((before) => before + text);
    await model.generate(request, show, AbortSignal.timeout(60_000));
    await model.unload();
  }
  return answer || <button onClick={ask}>Who are you?</button>;
}

createRoot(document.querySelector('main')).render(
  <ShelfProvider shelf={shelf}>
    {models.map((model) => (
      <Model key={model.modelId} {...model} />
    ))}
  </ShelfProvider>,
);
