import { waitOf } from '../keepGoing.ts';
import type { Leases, WorkerRegister } from '../ports.ts';

export type PresencePorts = {
  readonly leases: Leases;
  readonly register: WorkerRegister;
  /** A name that no other life of any process has. */
  readonly worker: string;
  /** A worker that is gone had so many steps. */
  readonly onFreed: (worker: string, steps: number) => void;
  readonly onError: (error: unknown, failures: number) => void;
};

const lookEveryMs = 1_000;
const stayMs = 60_000;

const leaseOf = (worker: string): string => `worker:${worker}`;

/**
 * Keeps a lease in the worker's name for as long as its process lives, and frees the steps of registered workers whose
 * lease can be had: they are gone, and their steps need not wait for leases of their own to run out. A worker that only
 * lost its connection may still be at them; run twice at once they have one effect, as after such a lease.
 */
export const createPresence = ({ leases, register, worker, onFreed, onError }: PresencePorts) => {
  const present = Promise.withResolvers<void>();

  /** Registered only while the lease is held, so that whoever has a row and no lease is gone. */
  const stay = async (until: AbortSignal): Promise<void> => {
    await register.enter(worker);
    present.resolve();
    while (!until.aborted) await waitOf(stayMs)(until);
  };

  const bePresent = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await leases
        .whileHeld(leaseOf(worker), (lost) => stay(AbortSignal.any([signal, lost])))
        .catch((error: unknown) => onError(error, 1));
      await waitOf(lookEveryMs)(signal);
    }
  };

  const freeOthers = async (): Promise<void> => {
    for (const other of await register.others(worker))
      await leases.whileHeld(leaseOf(other), async () => onFreed(other, await register.remove(other)));
  };

  return {
    /** Before that nothing is taken in the worker's name. */
    present: present.promise,
    /** Resolves some time after `signal` aborts; what the worker still had is free for others then. */
    run: async (signal: AbortSignal): Promise<void> => {
      const staying = bePresent(signal);
      while (!signal.aborted) {
        await freeOthers().catch((error: unknown) => onError(error, 1));
        await waitOf(lookEveryMs)(signal);
      }
      await staying;
    },
  };
};
