import { keepCompiled, saveCompiled } from './compiled.js';

keepCompiled();
// Not named above: what is imported there is compiled before the first statement here. An agent needs little of the program.
const run =
  process.env.ROLE === 'agent'
    ? (await import('./agent/runAgent.ts')).runAgent
    : (await import('./service.ts')).runService;
saveCompiled();
await run();
