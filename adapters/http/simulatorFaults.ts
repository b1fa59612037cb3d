import { z } from 'zod';

/**
 * `fail` answers `status` without effect · `drop` cuts the connection without effect · `refuse` answers 4xx with `code` ·
 * `delay` waits `ms`, after the effect unless `when` is `before` · `lose-answer` has the effect and cuts the connection ·
 * `duplicate` takes the request twice · `reorder` lets the next request overtake · `malformed` has the effect and answers rubbish ·
 * `lose` lets something happen there and tells nobody, where a partner has messages of its own.
 */
export const faultSchema = z.strictObject({
  mode: z.enum(['fail', 'drop', 'refuse', 'delay', 'lose-answer', 'duplicate', 'reorder', 'malformed', 'lose']),
  /** How many requests it strikes; absent: all until the faults are cleared, as when the partner is down. */
  times: z.int().min(1).max(1_000_000).optional(),
  /** Only this operation; absent: every one. */
  operation: z.string().max(60).optional(),
  /** Only where the path or body contains this. */
  match: z.string().max(200).optional(),
  status: z.int().min(400).max(599).optional(),
  ms: z.int().min(0).max(600_000).optional(),
  when: z.enum(['before', 'after']).optional(),
  retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  code: z.string().max(60).optional(),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultMode = Fault['mode'];

const faultsMax = 1_000;

export type FaultList = {
  /** False when there are too many already. */
  readonly add: (fault: Fault) => boolean;
  readonly clear: () => void;
  /** The first fault that fits; one with `times` is used up. `subject` is what `match` is looked for in. */
  readonly take: (operation: string, modes: ReadonlySet<FaultMode>, subject: string) => Fault | undefined;
  readonly left: () => readonly Fault[];
};

export const faultModes: readonly FaultMode[] = faultSchema.shape.mode.options;

export const createFaultList = (): FaultList => {
  let faults: readonly Fault[] = [];
  return {
    add: (fault) => {
      if (faults.length >= faultsMax) return false;
      faults = [...faults, fault];
      return true;
    },
    clear: () => {
      faults = [];
    },
    take: (operation, modes, subject) => {
      const found = faults.find(
        (fault) =>
          modes.has(fault.mode) &&
          (fault.operation === undefined || fault.operation === operation) &&
          (fault.match === undefined || subject.includes(fault.match)),
      );
      if (found === undefined) return undefined;
      faults = faults.flatMap((fault) => {
        if (fault !== found || fault.times === undefined) return [fault];
        return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
      });
      return found;
    },
    left: () => faults,
  };
};
