import { fork } from 'node:child_process';
import { join } from 'node:path';

/** Starts the reference endpoint and answers with its port. `storeIn`: a database for one row per request. */
export const startReference = async (
  storeIn?: string,
): Promise<{ readonly port: number; readonly stop: () => void }> => {
  const env = { ...process.env, ...(storeIn !== undefined && { STORE_IN: storeIn }) };
  const child = fork(join(import.meta.dirname, 'reference.ts'), { execArgv: ['--no-warnings'], env });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message: number) => resolve(message));
    child.once('exit', () => reject(new Error('the reference endpoint did not start')));
  });
  return { port, stop: () => void child.kill() };
};
