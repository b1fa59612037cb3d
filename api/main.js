import { keepCompiled, saveCompiled } from './compiled.js';

keepCompiled();
// Not named above: what is imported there is compiled before the first statement here.
const { runService } = await import('./service.ts');
saveCompiled();
await runService();
