import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StreamName } from '../../../domain/eventLog.ts';

export type ServerProcess = {
  readonly connectionString: string;
  readonly port: number;
  readonly kill9: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** A history as other programs would have written it, without a call. */
export type Filled = { readonly stream: StreamName; readonly events: number; readonly bytesEach: number };

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};

/** The test server in a process of its own. Started again on the same file and port, it goes on where it was. */
export const startServerProcess = async (options: {
  /** Absent: in memory. */
  readonly file?: string;
  readonly port?: number;
  readonly filled?: Filled;
}): Promise<ServerProcess> => {
  const args = [join(import.meta.dirname, 'serve.ts'), options.file ?? '', String(options.port ?? 0)];
  if (options.filled !== undefined) args.push(JSON.stringify(options.filled));
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
  if (typeof line !== 'string') throw new Error('the test server did not start');
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended(child);
  };
  return {
    ...(JSON.parse(line) as { connectionString: string; port: number }),
    kill9: () => kill('SIGKILL'),
    stop: () => kill('SIGTERM'),
  };
};
