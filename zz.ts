import { createNodeEngine } from './lib/platform/node/engine/nodeEngine';
import { systemClock } from './lib/platform/shared/systemClock';
import { readGgufStart } from './lib/platform/gguf/ggufTable';
import { describeGguf, isLongText } from './lib/platform/gguf/ggufModel';
import { headerFacts } from './lib/ai/discover/headerFacts';
import { LLAMA_CPP } from './lib/ai/runtimes/llamaCpp';
import { openSync, readSync, statSync } from 'node:fs';
const root=process.argv[2]; 
const { compiledEngine } = await import('./tests/command');
const engine=createNodeEngine({root,clock:systemClock,threads:1,program:compiledEngine()});
for (const [f,...ctxs] of [['tiny.gguf',512,2048],['noise.gguf',512,4096],['smol.gguf',1024,8192],['gemma.gguf',1024,4096,32768]] as const) {
  const fd=openSync(root+'/'+f,'r'); const size=statSync(root+'/'+f).size;
  const read=(o:number,l:number)=>{const b=Buffer.alloc(Math.min(l,size-o)); readSync(fd,b,0,b.length,o); return Promise.resolve(b)};
  const model=describeGguf(await readGgufStart(read,{fileBytes:size,hereBytes:size},isLongText));
  const facts=headerFacts(model);
  for (const c of ctxs) {
    const loaded=await engine.load({ptePath:f,contextTokens:c});
    const est=LLAMA_CPP.memoryOf({build:{runtime:'llama.cpp',quantization:'',files:[],...facts},contextTokens:c,weightsBytes:size,engineCosts:engine.costs});
    const old=LLAMA_CPP.memoryOf({build:{runtime:'llama.cpp',quantization:'',files:[],kvBytesPerToken:facts.kvBytesPerToken!},contextTokens:c,weightsBytes:size});
    const acc=loaded.facts.memoryBytes!;
    console.log(f,c,'est',(est/2**20).toFixed(0),'account',(acc/2**20).toFixed(0),'ratio',(est/acc).toFixed(3),'old',(old/acc).toFixed(3), 'vocab', model.vocabularySize);
    await loaded.unload();
  }
}
await engine.close(); process.exit(0);
