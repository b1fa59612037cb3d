/**
 * What may go wrong with one append.
 * `cut-before`, `cut-after`: every connection is cut before or after the write. `unavailable`: "server is not ready",
 * nothing written. `timeout`: written, but reported as ABORTED. `not-leader`: sent to another node. `hang-before`, `hang-after`:
 * no answer, ever. `late`: no answer, and written only after a second. `wrong-revision`: a conflict that is none. `wrong-revision-after`: written,
 * and then a conflict, as when the server does not recognise its own write.
 */
export type AppendFault =
  | 'cut-before'
  | 'cut-after'
  | 'unavailable'
  | 'timeout'
  | 'not-leader'
  | 'hang-before'
  | 'hang-after'
  | 'late'
  | 'wrong-revision'
  | 'wrong-revision-after';

/** What may go wrong with a read or a subscription after some events: `end` is a clean end that nobody asked for, `repeat` sends an event twice. */
export type ReadFault = 'cancel' | 'end' | 'unavailable' | 'silence' | 'repeat';

export type Faults = {
  /** Consulted once per append. */
  append: () => AppendFault | undefined;
  /** Consulted once per event sent by a subscription. */
  subscription: () => ReadFault | undefined;
  /** Consulted once per event sent by a read. */
  read: () => ReadFault | undefined;
  /** A pause before every event: a slow reader. 0: none. */
  pauseMs: number;
  /** No message of caught-up and no checkpoints: an old or a faulty server. */
  quiet: boolean;
};

const none = (): undefined => undefined;

export const noFaults = (): Faults => ({ append: none, subscription: none, read: none, pauseMs: 0, quiet: false });

/** `fault` for the next `times` calls and then nothing. */
export const times = <Fault>(times: number, fault: Fault): (() => Fault | undefined) => {
  let left = times;
  return () => {
    if (left === 0) return undefined;
    left -= 1;
    return fault;
  };
};
