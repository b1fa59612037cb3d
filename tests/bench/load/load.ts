import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Job, LoadResult, Order } from './job.ts';

/** The load generator in a process of its own, so that its work is not the measured process's work. */
export const startGenerator = () => {
  const child = fork(join(import.meta.dirname, 'generator.ts'), { execArgv: ['--no-warnings'] });
  let jobs = 0;
  const tell = (order: Order): void => void child.send(order);
  const run = (job: Omit<Job, 'serial'>): Promise<LoadResult> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the load generator ended'));
      child.once('exit', ended);
      child.once('message', (result: LoadResult) => {
        child.off('exit', ended);
        resolve(result);
      });
      jobs += 1;
      tell({ job: { ...job, serial: `${child.pid}-${jobs}` } });
    });
  return {
    run,
    grant: (requests: number): void => tell({ grant: requests }),
    /** Ends the running job; its result comes as always. */
    finish: (): void => tell({ stop: true }),
    stop: (): void => void child.kill(),
  };
};

export type Generator = ReturnType<typeof startGenerator>;

/** Throws unless every request was answered with `status`. */
export const requireAll = (result: LoadResult, status: number): LoadResult => {
  const other = Object.entries(result.statuses).filter(([seen]) => seen !== String(status));
  if (other.length > 0 || result.answered === 0)
    throw new Error(`expected ${status} from every request, got ${JSON.stringify(result.statuses)}`);
  return result;
};
