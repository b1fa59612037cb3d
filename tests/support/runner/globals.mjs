import { registerHooks } from 'node:module';

// Tests run in Node itself, which keeps what is loaded from one file to the next. `@jest/globals` refuses to be imported
// outside of Jest's own module registry; it stands for the globals here, which are the same functions.
const names = ['expect', 'test', 'it', 'describe', 'beforeAll', 'afterAll', 'beforeEach', 'afterEach', 'jest'];
const url = `data:text/javascript,export const { ${names.join(', ')} } = globalThis;`;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url, format: 'module', shortCircuit: true } : next(specifier, context),
});

// A worker outlives the run when a test leaves something open, and keeps the output open with it.
if (process.channel) process.on('disconnect', () => process.exit());
