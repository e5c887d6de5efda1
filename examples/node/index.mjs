import { readFile } from 'node:fs/promises';
import { createShelf, createUnkeptSettings, loadModels } from 'modelshelf';
import { createNodePlatform } from 'modelshelf/node';
import { getLlama, LlamaChatSession } from 'node-llama-cpp';

const platform = createNodePlatform({
  modelsFolder: 'models',
  hubEndpoint: process.env.HF_ENDPOINT, // Hugging Face by default
  catalogText: await readFile('catalog.json', 'utf8'),
});
const { models } = loadModels(platform.environment, []);
const shelf = await createShelf({ platform, models, settings: createUnkeptSettings() });
const [{ modelId }] = models;

if (process.argv[2] === 'remove') await shelf.remove(modelId, { atOnce: true });
else await answer('Who are you?');
await shelf.close();

async function answer(question) {
  const plan = await shelf.plan(modelId);
  console.log(`${plan.license}: ${plan.missingBytes} of ${plan.totalBytes} bytes to download`);
  for (const { code } of plan.refusals) console.log(`The download would fail now: ${code}`);

  const { weights } = await shelf.ensure(modelId, {
    onProgress: ({ kind, receivedBytes = '' }) => console.log(kind, receivedBytes),
  });

  const llama = await getLlama();
  const model = await llama.loadModel({ modelPath: weights.path });
  const context = await model.createContext({ contextSize: { max: 2048 } });
  const session = new LlamaChatSession({ contextSequence: context.getSequence() });
  console.log(await session.prompt(question));
  await llama.dispose();
}
