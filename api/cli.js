import { keepCompiled } from './compiled.js';

keepCompiled();
// Not named above: what is imported there is compiled before the first statement here.
const { runCli } = await import('./cli/frame.ts');
const { commands } = await import('./cli/commands.ts');
await runCli(commands, process.argv);
